/**
 * What the front door keeps, however it reaches query: the same tests run before a plain query, asked by the platform's
 * `fetch`, and before one over mutual TLS.
 */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { brotliCompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { createApp, createLogger, listen } from '@auditbox/service-kit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { frontDoorRoutes, publicRoutes } from './front-door.ts';
import { openQueryClient, type QueryClientSettings, type QueryFetch } from './query-client.ts';

export const LOCAL = { hostname: '127.0.0.1', port: 0 };

export type Handler = (request: Request) => Response | Promise<Response>;

/** How the gateway reaches query. */
export type Way = {
  /** What query serves with; plain HTTP where it is not said. */
  readonly tls?: Parameters<typeof listen>[1]['tls'];
  readonly settings?: Partial<QueryClientSettings>;
};

export type FrontDoor = {
  readonly url: string;
  readonly queryUrl: string;
  readonly fetchQuery: QueryFetch;
  readonly endQuery: () => Promise<void>;
};

const BASE = 'https://audit.example.org/fhir';
const NO_SETTINGS = { queryCa: '', queryClientCert: '', queryClientKey: '' };
const REQUEST_ID = { 'x-request-id': 'r-1' };

/** A front door before `query`, both on real sockets until the test is over. */
export async function before(query: Handler, way: Way = {}, proxies: string[] = []): Promise<FrontDoor> {
  const open = new AsyncDisposableStack();
  onTestFinished(() => open.disposeAsync());
  const { tls, settings } = way;
  const behind = open.use(new AsyncDisposableStack());
  const { port } = behind.use(await listen(query, { ...LOCAL, ...(tls !== undefined && { tls }) }));
  const client = open.use(openQueryClient({ ...NO_SETTINGS, ...settings }));
  const queryUrl = `http${tls === undefined ? '' : 's'}://127.0.0.1:${port}`;
  const app = createApp({ logger: createLogger('test', 'off'), checks: {}, baseUrl: BASE, proxies });
  const dependencies = { queryUrl, baseUrl: BASE, fetchQuery: client.fetch };
  app.route('/', publicRoutes(dependencies)).route('/', frontDoorRoutes(dependencies));
  const front = open.use(await listen(app.fetch, LOCAL));
  return {
    url: `http://127.0.0.1:${front.port}`,
    queryUrl,
    fetchQuery: client.fetch,
    endQuery: () => behind.disposeAsync(),
  };
}

export function frontDoorSuite(way: Way = {}): void {
  const front = (query: Handler, proxies?: string[]) => before(query, way, proxies);

  describe('the front door', () => {
    it('passes path, query, body and request id on, and the answer back', async () => {
      const { url } = await front(async (request) => {
        const { pathname, search } = new URL(request.url);
        const seen = [
          request.method,
          pathname + search,
          request.headers.get('x-request-id'),
          await request.text(),
        ];
        return new Response(JSON.stringify(seen), { status: 400, headers: { etag: 'W/"1"' } });
      });
      const get = await fetch(`${url}/AuditEvent?type=urn:x%7Ca&date=ge2025`, { headers: REQUEST_ID });
      expect(get.status).toBe(400);
      expect(get.headers.get('etag')).toBe('W/"1"');
      expect(await get.json()).toEqual(['GET', '/AuditEvent?type=urn:x%7Ca&date=ge2025', 'r-1', '']);
      const body = 'x'.repeat(1_000_000);
      const post = await fetch(`${url}/AuditEvent/_search?_count=1`, {
        method: 'POST',
        headers: REQUEST_ID,
        body,
      });
      expect(await post.json()).toEqual(['POST', '/AuditEvent/_search?_count=1', 'r-1', body]);
    });

    it('leaves hop-by-hop headers behind', async () => {
      const { url } = await front((request) => new Response(JSON.stringify([...request.headers.keys()])));
      const response = await fetch(`${url}/metadata`, {
        headers: { te: 'trailers', 'proxy-authorization': 'x', 'x-kept': '1' },
      });
      const names = (await response.json()) as string[];
      expect(names).toContain('x-kept');
      expect(names).not.toContain('te');
      expect(names).not.toContain('proxy-authorization');
    });

    it('passes on what is below the base path, as it is written', async () => {
      const { url } = await front((request) => new Response(new URL(request.url).pathname));
      for (const path of [
        '/AuditEvent/a%2Fb%C3%A9',
        '/fhir/AuditEvent/a%2Fb%C3%A9',
        '/fhir/AuditEvent/a%2Fb%C3%A9/',
      ])
        expect(await (await fetch(url + path)).text()).toBe('/AuditEvent/a%2Fb%C3%A9');
    });

    it('hands on the base that it trusted, where the client is, and no other forwarded header', async () => {
      const seen = (request: Request) =>
        Response.json([...request.headers].filter(([name]) => name.includes('forwarded')));
      const headers = {
        'x-forwarded-host': 'public.example.org',
        'x-forwarded-proto': 'https',
        'x-forwarded-prefix': '/audit',
        'x-forwarded-for': '192.0.2.1',
        forwarded: 'host=evil.example.org',
      };
      const asked = async (proxies: string[]) =>
        (await fetch(`${(await front(seen, proxies)).url}/metadata`, { headers })).json();
      expect(await asked([])).toEqual([['x-forwarded-for', '127.0.0.1']]);
      expect(await asked(['127.0.0.0/8'])).toEqual([
        ['x-forwarded-for', '192.0.2.1'],
        ['x-forwarded-host', 'public.example.org'],
        ['x-forwarded-prefix', '/audit'],
        ['x-forwarded-proto', 'https'],
      ]);
    });

    // TLS checks a certificate against the Host that is asked for: a client's own would be a name that query is not.
    it('keeps to itself which host and page a client asked from, and what query says to browsers', async () => {
      const own = {
        'access-control-allow-origin': '*',
        'access-control-expose-headers': 'etag',
        'strict-transport-security': 'max-age=1',
      };
      const { url } = await front((request) =>
        Response.json([request.headers.get('origin'), request.headers.get('host')], { headers: own }),
      );
      const response = await raw(`${url}/metadata`, {
        origin: 'https://viewer.example.org',
        host: 'audit.example.org',
      });
      for (const name of Object.keys(own)) expect(response.headers).not.toHaveProperty(name);
      expect(JSON.parse(response.body.toString())).toEqual([
        null,
        expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      ]);
    });

    it.each([
      ['POST', '/metadata', 'GET, HEAD'],
      ['DELETE', '/AuditEvent/1', 'GET, HEAD'],
      ['PUT', '/fhir/AuditEvent/1/_history/1', 'GET, HEAD'],
      ['PATCH', '/AuditEvent/_search', 'POST'],
      ['POST', '/AuditEvent/1', 'GET, HEAD'],
      ['OPTIONS', '/SearchParameter/x', 'GET, HEAD'],
      ['DELETE', '/api/events', 'GET, HEAD'],
      ['PUT', '/api/events/1', 'GET, HEAD'],
      ['POST', '/api/events/1/fingerprint', 'GET, HEAD'],
    ])('answers %s %s with 405 and what is allowed', async (method, path, allow) => {
      const response = await fetch((await front(() => new Response())).url + path, { method });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe(allow);
      expect(await response.json()).toMatchObject({ issue: [{ code: 'not-supported' }] });
    });

    it('answers HEAD where GET is', async () => {
      const { url } = await front(
        (request) => new Response(null, { headers: { 'x-method': request.method } }),
      );
      const response = await fetch(`${url}/metadata`, { method: 'HEAD' });
      expect([response.status, response.headers.get('x-method')]).toEqual([200, 'HEAD']);
    });

    it('streams: the first part arrives while the rest is not there yet', async () => {
      const { promise: goOn, resolve: letGoOn } = Promise.withResolvers<void>();
      const { url } = await front(
        () =>
          new Response(
            new ReadableStream({
              async start(controller) {
                controller.enqueue(new TextEncoder().encode('first'));
                await goOn;
                controller.close();
              },
            }),
          ),
      );
      const response = await fetch(`${url}/AuditEvent`);
      const reader = response.body?.getReader();
      expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('first');
      letGoOn();
      expect((await reader?.read())?.done).toBe(true);
    });

    it('ends the request at query when the client hangs up', async () => {
      const { promise: aborted, resolve: sayAborted } = Promise.withResolvers<void>();
      const { promise: arrived, resolve: sayArrived } = Promise.withResolvers<void>();
      const { url } = await front((request) => {
        request.signal.addEventListener('abort', () => sayAborted());
        sayArrived();
        return new Promise(() => {});
      });
      const client = new AbortController();
      const asked = fetch(`${url}/AuditEvent`, { signal: client.signal });
      await arrived;
      client.abort();
      await expect(asked).rejects.toThrow();
      await aborted;
    });

    it('answers 503 with an OperationOutcome when query is away', async () => {
      const { url, endQuery } = await front(() => new Response());
      await endQuery();
      const response = await fetch(`${url}/AuditEvent`);
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('1');
      expect(await response.json()).toMatchObject({
        resourceType: 'OperationOutcome',
        issue: [{ code: 'transient' }],
      });
    });
  });

  describe('compression at the front door', () => {
    const LARGE = JSON.stringify({ text: 'x'.repeat(10_000) });
    const json = { 'content-type': 'application/fhir+json; charset=utf-8' };

    it('is done once, here: query is asked for what is not compressed', async () => {
      const asked: (string | null)[] = [];
      const { url } = await front((request) => {
        asked.push(request.headers.get('accept-encoding'));
        return new Response(LARGE, { headers: { ...json, etag: 'W/"1"', vary: 'Accept-Encoding' } });
      });
      const response = await raw(`${url}/AuditEvent`, { 'accept-encoding': 'br;q=1, gzip;q=0.5' });
      expect(response.headers).toMatchObject({
        'content-encoding': 'gzip',
        vary: 'Accept-Encoding',
        etag: 'W/"1"',
      });
      expect(response.headers).not.toHaveProperty('content-length');
      expect(gunzipSync(response.body).toString()).toBe(LARGE);
      const plain = await raw(`${url}/AuditEvent`, { 'accept-encoding': 'gzip;q=0' });
      expect(plain.headers).toMatchObject({
        'content-length': String(LARGE.length),
        vary: 'Accept-Encoding',
      });
      expect(plain.headers).not.toHaveProperty('content-encoding');
      expect(plain.body.toString()).toBe(LARGE);
      expect(asked).toEqual(['identity', 'identity']);
    });

    it.each([
      ['gzip', gzipSync(LARGE)],
      ['br', brotliCompressSync(LARGE)],
    ])('says truly how it is encoded where query answers in %s all the same', async (coding, body) => {
      const { url } = await front(
        () => new Response(body, { headers: { ...json, 'content-encoding': coding } }),
      );
      for (const accepted of ['identity', 'gzip']) {
        const response = await raw(`${url}/AuditEvent`, { 'accept-encoding': accepted });
        const isCompressed = response.headers['content-encoding'] === 'gzip';
        expect(response.headers).not.toHaveProperty('content-length', String(body.length));
        expect((isCompressed ? gunzipSync(response.body) : response.body).toString()).toBe(LARGE);
        if (!isCompressed) expect(response.headers).not.toHaveProperty('content-encoding');
      }
    });

    it('leaves a 304 without a body, with its validators', async () => {
      const { url } = await front((request) =>
        request.headers.get('if-none-match') === 'W/"1"'
          ? new Response(null, { status: 304, headers: { etag: 'W/"1"' } })
          : new Response(LARGE, { headers: json }),
      );
      const response = await raw(`${url}/AuditEvent/1`, {
        'if-none-match': 'W/"1"',
        'accept-encoding': 'gzip',
      });
      expect(response.status).toBe(304);
      expect(response.headers).toMatchObject({ etag: 'W/"1"', vary: 'Accept-Encoding' });
      expect(response.headers).not.toHaveProperty('content-encoding');
      expect(response.body).toHaveLength(0);
    });
  });
}

/** What is on the wire: `fetch` would decode it. */
async function raw(url: string, headers: Record<string, string>) {
  const asked = request(url, { headers });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) };
}
