import { brotliCompressSync, gunzipSync } from 'node:zlib';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { READY } from '../health.ts';
import { createLogger } from '../logger.ts';
import { createApp } from './app.ts';
import { COMPRESSED_BYTES_MIN, compression, takesGzip } from './compression.ts';
import { fhirResponse } from './fhir-response.ts';
import { listen } from './listen.ts';

const LARGE = JSON.stringify({ text: 'é'.repeat(COMPRESSED_BYTES_MIN) });
const LOCAL = { hostname: '127.0.0.1', port: 0 };
const GZIP = { 'accept-encoding': 'gzip' };

/** An app that gives `answer`, behind compression. */
const giving = (answer: () => Response | Promise<Response>) =>
  new Hono().use(compression).get('/', () => answer());

const asked = (answer: () => Response | Promise<Response>, init: RequestInit = { headers: GZIP }) =>
  giving(answer).request('/', init);

/** FHIR in parts, all but the first once `goOn`. */
function fhirStream(parts: readonly string[], goOn?: Promise<void>, cancel?: () => void): Response {
  let at = 0;
  const stream = new ReadableStream({
    async pull(controller) {
      if (at > 0) await goOn;
      const part = parts[at++];
      if (part === undefined) controller.close();
      else controller.enqueue(new TextEncoder().encode(part));
    },
    ...(cancel !== undefined && { cancel }),
  });
  return new Response(stream, { headers: { 'content-type': 'application/fhir+json' } });
}

describe('takesGzip', () => {
  it.each([
    'gzip',
    'GZIP',
    'x-gzip',
    'gzip, deflate, br',
    'br;q=1, gzip;q=0.001',
    '*',
    'identity, gzip',
    'deflate ; q=0.5 , gzip ; q=1.000',
    'identity;q=0, *;q=0.5',
    'gzip;Q=1',
  ])('%j does', (header) => expect(takesGzip(header)).toBe(true));

  it.each([
    undefined,
    '',
    'identity',
    'br, deflate',
    'gzip;q=0',
    'gzip;q=0.000',
    '*;q=0',
    'gzip;q=0, *',
    'gzip;q=2',
    'gzip;q=nonsense',
    'identity, gzip;q=0.5',
    'gzipped',
    ',;,',
  ])('%j does not', (header) => expect(takesGzip(header)).toBe(false));
});

describe('an answer', () => {
  it('is compressed for a client that takes it, without the length that it no longer has', async () => {
    const response = await asked(() => fhirResponse(200, LARGE, { 'content-length': '9', etag: '"1"' }));
    // The declared length decides: here it says that it is not worth it.
    expect(response.headers.get('content-encoding')).toBeNull();
    const length = String(Buffer.byteLength(LARGE));
    const large = await asked(() => fhirResponse(200, LARGE, { 'content-length': length, etag: '"1"' }));
    expect(large.headers.get('content-encoding')).toBe('gzip');
    expect(large.headers.get('content-length')).toBeNull();
    expect(large.headers.get('vary')).toBe('Accept-Encoding');
    expect(large.headers.get('etag')).toBe('W/"1"');
    expect(gunzipSync(await large.arrayBuffer()).toString()).toBe(LARGE);
  });

  it('says its length where it is made and compressed at once, not where it is compressed as it is sent', async () => {
    for (const [times, isAtOnce] of [
      [1, true],
      [1000, false],
    ] as const) {
      const response = await asked(() => fhirResponse(200, LARGE.repeat(times)));
      const body = Buffer.from(await response.arrayBuffer());
      expect(response.headers.get('content-length')).toBe(isAtOnce ? String(body.length) : null);
      expect(gunzipSync(body).toString()).toBe(LARGE.repeat(times));
    }
  });

  it('that is smaller than the bound stays as it is, one at the bound does not', async () => {
    for (const bytes of [COMPRESSED_BYTES_MIN - 1, COMPRESSED_BYTES_MIN]) {
      const text = 'x'.repeat(bytes);
      const response = await asked(() => fhirResponse(200, text));
      const isCompressed = response.headers.get('content-encoding') === 'gzip';
      expect(isCompressed).toBe(bytes === COMPRESSED_BYTES_MIN);
      expect(response.headers.get('vary')).toBe('Accept-Encoding');
      const body = Buffer.from(await response.arrayBuffer());
      expect(String(isCompressed ? gunzipSync(body) : body)).toBe(text);
    }
  });

  it('in parts that are all there is one answer', async () => {
    for (const sizes of [
      [1, 2, 3],
      [1000, 1000, 100_000],
      [100_000, 1],
    ]) {
      const parts = sizes.map((size, at) => String(at).repeat(size));
      const response = await asked(() => fhirStream(parts));
      const isCompressed = response.headers.get('content-encoding') === 'gzip';
      expect(isCompressed).toBe(parts.join('').length >= COMPRESSED_BYTES_MIN);
      const body = Buffer.from(await response.arrayBuffer());
      expect(String(isCompressed ? gunzipSync(body) : body)).toBe(parts.join(''));
    }
  });

  it('that is told bit by bit is left alone, and nothing of it is held back', async () => {
    const { promise: goOn, resolve: letGoOn } = Promise.withResolvers<void>();
    const response = await asked(() => fhirStream(['first', LARGE], goOn));
    expect(response.headers.get('content-encoding')).toBeNull();
    const reader = response.body?.getReader();
    expect(String(Buffer.from((await reader?.read())?.value ?? []))).toBe('first');
    letGoOn();
    expect(String(Buffer.from((await reader?.read())?.value ?? []))).toBe(LARGE);
    expect((await reader?.read())?.done).toBe(true);
  });

  it('that fails on its way fails, and one that nobody reads on ends what makes it', async () => {
    const { promise: never } = Promise.withResolvers<void>();
    const { promise: failure, reject: fail } = Promise.withResolvers<void>();
    const failing = await asked(() => fhirStream(['first', 'x'], failure));
    fail(new Error('x'));
    await expect(failing.text()).rejects.toThrow();
    const { promise: cancelled, resolve: sayCancelled } = Promise.withResolvers<void>();
    const left = await asked(() => fhirStream(['first', 'x'], never, sayCancelled));
    await left.body?.cancel();
    await cancelled;
  });

  it.each<[string, () => Response]>([
    ['no content', () => new Response(null, { status: 204 })],
    ['a part', () => fhirResponse(206, LARGE)],
    [
      'an event stream',
      () => new Response(LARGE, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } }),
    ],
    ['no text', () => new Response(LARGE, { headers: { 'content-type': 'application/octet-stream' } })],
    ['what must not be transformed', () => fhirResponse(200, LARGE, { 'cache-control': 'no-transform' })],
  ])('of %s is left alone', async (_what, answer) => {
    const response = await asked(answer);
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(response.headers.get('vary')).toBeNull();
  });

  it('that is encoded already is not encoded again', async () => {
    const encoded = brotliCompressSync(LARGE);
    const response = await asked(
      () =>
        new Response(encoded, { headers: { 'content-type': 'application/json', 'content-encoding': 'br' } }),
    );
    expect(response.headers.get('content-encoding')).toBe('br');
    expect(Buffer.from(await response.arrayBuffer())).toEqual(encoded);
  });

  // Its headers can't be changed: it was a 500.
  it('that came from fetch is passed on whole, for GET and HEAD', async () => {
    for (const text of ['x', LARGE])
      for (const headers of [{ 'content-length': String(Buffer.byteLength(text)) }, {}])
        for (const method of ['GET', 'HEAD']) {
          const other = await listen(
            () => fhirResponse(200, text, { vary: 'Accept-Encoding', ...headers }),
            LOCAL,
          );
          const url = `http://127.0.0.1:${other.port}/`;
          const response = await asked(() => fetch(url, { headers: { 'accept-encoding': 'identity' } }), {
            method,
            headers: GZIP,
          });
          expect(response.status).toBe(200);
          const isCompressed = response.headers.get('content-encoding') === 'gzip';
          expect(isCompressed).toBe(text === LARGE);
          const body = Buffer.from(await response.arrayBuffer());
          if (method === 'GET') expect(String(isCompressed ? gunzipSync(body) : body)).toBe(text);
          await other[Symbol.asyncDispose]();
        }
  });

  it('of 304 says that it varies, as the 200 does', async () => {
    const response = await asked(() => new Response(null, { status: 304, headers: { etag: 'W/"1"' } }));
    expect([...response.headers]).toEqual([
      ['etag', 'W/"1"'],
      ['vary', 'Accept-Encoding'],
    ]);
  });

  it('that varies by something else varies by both, one that varies by this only once', async () => {
    const vary = async (value: string) =>
      (await asked(() => fhirResponse(200, LARGE, { vary: value }))).headers.get('vary');
    expect(await vary('Origin')).toBe('Origin, Accept-Encoding');
    expect(await vary('Origin, accept-encoding')).toBe('Origin, accept-encoding');
    expect(await vary('*')).toBe('*');
  });
});

describe('HEAD, on a real socket,', () => {
  const OF_THE_CONNECTION = ['connection', 'keep-alive', 'transfer-encoding', 'date'];
  const TEXTS = { '/small': 'x', '/large': LARGE, '/huge': LARGE.repeat(2000) };

  it.each(
    Object.keys(TEXTS).flatMap((path) => ['identity', 'gzip'].map((coding) => [path, coding] as const)),
  )('of %s in %s has the headers of GET and no body', async (path, coding) => {
    const app = createApp({ logger: createLogger('test', 'off'), checks: { kafka: () => READY } });
    for (const [at, text] of Object.entries(TEXTS)) app.get(at, () => fhirResponse(200, text));
    await using server = await listen(app.fetch, LOCAL);
    const headersOf = async (method: string) => {
      const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
        method,
        headers: { 'accept-encoding': coding, 'x-request-id': 'r-1' },
      });
      const text = await response.text();
      expect(text).toBe(method === 'HEAD' ? '' : (TEXTS as Record<string, string>)[path]);
      return [...response.headers].filter(([name]) => !OF_THE_CONNECTION.includes(name));
    };
    expect(await headersOf('HEAD')).toEqual(await headersOf('GET'));
  });
});
