import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { createServer } from 'node:net';
import { brotliCompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { createApp, createLogger, type Listening, listen, READY } from '@auditbox/service-kit';
import { afterEach, describe, expect, it } from 'vitest';
import { frontDoorRoutes, healthcheckRoute, publicRoutes, queryHealth } from './front-door.ts';

const LOCAL = { hostname: '127.0.0.1', port: 0 };
const open: Listening[] = [];
afterEach(async () => {
  for (const listening of open.splice(0)) await listening[Symbol.asyncDispose]();
});

const BASE = 'https://audit.example.org/fhir';
const REQUEST_ID = { 'x-request-id': 'r-1' };

/** A front door before `query`, both on real sockets. */
async function before(
  query: (request: Request) => Response | Promise<Response>,
  proxies: string[] = [],
): Promise<string> {
  const behind = await listen(query, LOCAL);
  const app = createApp({ logger: createLogger('test', 'off'), checks: {}, baseUrl: BASE, proxies });
  const dependencies = { queryUrl: `http://127.0.0.1:${behind.port}`, baseUrl: BASE };
  app.route('/', publicRoutes(dependencies)).route('/', frontDoorRoutes(dependencies));
  const front = await listen(app.fetch, LOCAL);
  open.push(front, behind);
  return `http://127.0.0.1:${front.port}`;
}

describe('the front door', () => {
  it('passes path, query, body and request id on, and the answer back', async () => {
    const url = await before(async (request) => {
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
    const post = await fetch(`${url}/AuditEvent/_search?_count=1`, {
      method: 'POST',
      headers: REQUEST_ID,
      body: 'action=C',
    });
    expect(await post.json()).toEqual(['POST', '/AuditEvent/_search?_count=1', 'r-1', 'action=C']);
  });

  it('leaves hop-by-hop headers behind', async () => {
    const url = await before((request) => new Response(JSON.stringify([...request.headers.keys()])));
    const response = await fetch(`${url}/metadata`, {
      headers: { te: 'trailers', 'proxy-authorization': 'x', 'x-kept': '1' },
    });
    const names = (await response.json()) as string[];
    expect(names).toContain('x-kept');
    expect(names).not.toContain('te');
    expect(names).not.toContain('proxy-authorization');
  });

  it('passes on what is below the base path, as it is written', async () => {
    const url = await before((request) => new Response(new URL(request.url).pathname));
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
      (await fetch(`${await before(seen, proxies)}/metadata`, { headers })).json();
    expect(await asked([])).toEqual([['x-forwarded-for', '127.0.0.1']]);
    expect(await asked(['127.0.0.0/8'])).toEqual([
      ['x-forwarded-for', '192.0.2.1'],
      ['x-forwarded-host', 'public.example.org'],
      ['x-forwarded-prefix', '/audit'],
      ['x-forwarded-proto', 'https'],
    ]);
  });

  it('keeps to itself which host and page a client asked from, and what query says to browsers', async () => {
    const own = {
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'etag',
      'strict-transport-security': 'max-age=1',
    };
    const url = await before((request) =>
      Response.json([request.headers.get('origin'), request.headers.get('host')], { headers: own }),
    );
    const response = await raw(`${url}/metadata`, {
      origin: 'https://viewer.example.org',
      host: 'audit.example.org',
    });
    for (const name of Object.keys(own)) expect(response.headers).not.toHaveProperty(name);
    expect(JSON.parse(response.body.toString())).toEqual([null, expect.stringMatching(/^127\.0\.0\.1:\d+$/)]);
  });

  it.each([
    ['POST', '/metadata', 'GET, HEAD'],
    ['DELETE', '/AuditEvent/1', 'GET, HEAD'],
    ['PUT', '/fhir/AuditEvent/1/_history/1', 'GET, HEAD'],
    ['PATCH', '/AuditEvent/_search', 'POST'],
    ['POST', '/AuditEvent/1', 'GET, HEAD'],
    ['OPTIONS', '/SearchParameter/x', 'GET, HEAD'],
  ])('answers %s %s with 405 and what is allowed', async (method, path, allow) => {
    const response = await fetch((await before(() => new Response())) + path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allow);
    expect(await response.json()).toMatchObject({ issue: [{ code: 'not-supported' }] });
  });

  it('answers HEAD where GET is', async () => {
    const url = await before((request) => new Response(null, { headers: { 'x-method': request.method } }));
    const response = await fetch(`${url}/metadata`, { method: 'HEAD' });
    expect([response.status, response.headers.get('x-method')]).toEqual([200, 'HEAD']);
  });

  it('streams: the first part arrives while the rest is not there yet', async () => {
    const { promise: goOn, resolve: letGoOn } = Promise.withResolvers<void>();
    const url = await before(
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
    const url = await before((request) => {
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
    const url = await before(() => new Response());
    await open.pop()?.[Symbol.asyncDispose]();
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
    const url = await before((request) => {
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
    const url = await before(() => new Response(body, { headers: { ...json, 'content-encoding': coding } }));
    for (const accepted of ['identity', 'gzip']) {
      const response = await raw(`${url}/AuditEvent`, { 'accept-encoding': accepted });
      const isCompressed = response.headers['content-encoding'] === 'gzip';
      expect(response.headers).not.toHaveProperty('content-length', String(body.length));
      expect((isCompressed ? gunzipSync(response.body) : response.body).toString()).toBe(LARGE);
      if (!isCompressed) expect(response.headers).not.toHaveProperty('content-encoding');
    }
  });

  it('leaves a 304 without a body, with its validators', async () => {
    const url = await before((request) =>
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

/** What is on the wire: `fetch` would decode it. */
async function raw(url: string, headers: Record<string, string>) {
  const asked = request(url, { headers });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) };
}

describe('the health check', () => {
  const healthcheck = (ready: boolean) =>
    healthcheckRoute({
      kafka: () => READY,
      query: () => (ready ? READY : { ready: false, reason: 'unreachable' }),
    }).request('/healthcheck');

  it('is 200 while every part is there and 500 otherwise, naming the part', async () => {
    expect((await healthcheck(true)).status).toBe(200);
    const response = await healthcheck(false);
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ status: 'unhealthy', kafka: 'ok', query: 'unreachable' });
  });
});

describe('queryHealth', () => {
  const health = async (answer: () => Response) => {
    const query = await listen(answer, LOCAL);
    open.push(query);
    return queryHealth(`http://127.0.0.1:${query.port}`);
  };

  it('says which part of query is in the way, and nothing but words', async () => {
    const report = (checks: object) => () => Response.json({ ready: false, checks }, { status: 503 });
    expect(await health(report({ kafka: 'ok', elasticsearch: 'unreachable' }))).toEqual({
      ready: false,
      reason: 'elasticsearch-unreachable',
    });
    for (const answer of [
      report({ elasticsearch: 'Erika Mustermann' }),
      report({ elasticsearch: {} }),
      () => Response.json(null, { status: 503 }),
      () => new Response('Erika', { status: 502 }),
    ])
      expect(await health(answer)).toEqual({ ready: false, reason: 'not-ready' });
    expect(await health(() => Response.json({ ready: true }))).toEqual(READY);
  });

  it('gives up on a query that takes the question and says nothing, or never ends', async () => {
    for (const text of ['', 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 9\r\n\r\n{']) {
      const frozen = createServer((socket) => {
        socket.on('error', () => socket.destroy());
        socket.once('data', () => socket.write(text));
      }).listen(0, '127.0.0.1');
      await once(frozen, 'listening');
      const { port } = frozen.address() as { port: number };
      const { ready } = await queryHealth(`http://127.0.0.1:${port}`, fetch, 100);
      frozen.close();
      expect(ready).toBe(false);
    }
  });

  it('is ready when query says so', async () => {
    const away = 'http://127.0.0.1:1';
    expect(await queryHealth(away)).toEqual({ ready: false, reason: 'unreachable' });
    const not = await listen(() => new Response('', { status: 503 }), LOCAL);
    open.push(not);
    expect(await queryHealth(`http://127.0.0.1:${not.port}`)).toEqual({ ready: false, reason: 'not-ready' });
  });
});
