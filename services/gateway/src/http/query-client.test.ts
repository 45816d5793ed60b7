/** The gateway before a query that serves HTTPS and asks for a certificate: all that holds without them holds with them. */

import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { createApp, createLogger, type Listening, listen, READY } from '@auditbox/service-kit';
import { testAuthority } from '@auditbox/service-kit/test-certificates';
import { afterEach, describe, expect, it } from 'vitest';
import { frontDoorRoutes, queryHealth } from './front-door.ts';
import { openQueryClient, type QueryClient, type QueryClientSettings } from './query-client.ts';

const LOCAL = { hostname: '127.0.0.1', port: 0 };
const BASE = 'https://audit.example.org/fhir';

const [authority, foreign] = await Promise.all([testAuthority(), testAuthority('Foreign authority')]);
const [server, client, stranger] = await Promise.all([
  authority.server(),
  authority.client(),
  foreign.client(),
]);
const SETTINGS: QueryClientSettings = {
  queryCa: authority.ca,
  queryClientCert: client.cert,
  queryClientKey: client.key,
};

const open: (Listening | QueryClient)[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one[Symbol.asyncDispose]();
});

type Handler = (request: Request) => Response | Promise<Response>;

async function before(query: Handler, settings: Partial<QueryClientSettings> = {}) {
  const behind = await listen(query, { ...LOCAL, tls: { ...server, clientCa: authority.ca } });
  const client = openQueryClient({ ...SETTINGS, ...settings });
  const queryUrl = `https://127.0.0.1:${behind.port}`;
  const app = createApp({ logger: createLogger('test', 'off'), checks: {}, baseUrl: BASE });
  const fetchQuery = client.fetch;
  app.route('/', frontDoorRoutes({ queryUrl, baseUrl: BASE, fetchQuery }));
  const front = await listen(app.fetch, LOCAL);
  open.push(front, behind, client);
  const health = () => queryHealth(queryUrl, fetchQuery);
  return { url: `http://127.0.0.1:${front.port}`, queryUrl, fetchQuery, health };
}

const echo: Handler = async (request) => {
  const { pathname, search } = new URL(request.url);
  const seen = [request.method, pathname + search, request.headers.get('x-request-id'), await request.text()];
  return Response.json(seen, { status: 400, headers: { etag: 'W/"1"' } });
};

describe('the front door before a query over mutual TLS', () => {
  it('passes what is asked on, and the answer back', async () => {
    const { url } = await before(echo);
    const headers = { 'x-request-id': 'r-1' };
    const get = await fetch(`${url}/AuditEvent?type=urn:x%7Ca`, { headers });
    expect([get.status, get.headers.get('etag')]).toEqual([400, 'W/"1"']);
    expect(await get.json()).toEqual(['GET', '/AuditEvent?type=urn:x%7Ca', 'r-1', '']);
    const body = 'x'.repeat(1_000_000);
    const post = await fetch(`${url}/AuditEvent/_search`, { method: 'POST', headers, body });
    expect(await post.json()).toEqual(['POST', '/AuditEvent/_search', 'r-1', body]);
    const head = await fetch(`${url}/metadata`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([400, '']);
  });

  // TLS checks a certificate against the Host that is asked for: a client's own would have been a name query is not.
  it('asks query by its own name, whatever name its client came by', async () => {
    const { url } = await before(({ headers }) => new Response(headers.get('host')));
    const asked = request(`${url}/metadata`, { headers: { host: 'audit.example.org' } });
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    expect(Buffer.concat(await response.toArray()).toString()).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  it('passes on answers without a body, and what is encoded all the same', async () => {
    const { url } = await before((request) =>
      request.url.endsWith('/metadata')
        ? new Response(gzipSync('inflated'), { headers: { 'content-encoding': 'gzip' } })
        : new Response(null, { status: 304, headers: { etag: 'W/"1"' } }),
    );
    expect(await (await fetch(`${url}/metadata`)).text()).toBe('inflated');
    const response = await fetch(`${url}/AuditEvent/1`, { headers: { 'if-none-match': 'W/"1"' } });
    expect([response.status, response.headers.get('etag')]).toEqual([304, 'W/"1"']);
  });

  it('streams: the first part arrives while the rest is not there yet', async () => {
    const { promise: goOn, resolve: letGoOn } = Promise.withResolvers<void>();
    const { url } = await before(
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
    const reader = (await fetch(`${url}/AuditEvent`)).body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('first');
    letGoOn();
    expect((await reader?.read())?.done).toBe(true);
  });

  it('ends the request at query when the client hangs up', async () => {
    const { promise: aborted, resolve: sayAborted } = Promise.withResolvers<void>();
    const { promise: arrived, resolve: sayArrived } = Promise.withResolvers<void>();
    const { url } = await before((request) => {
      request.signal.addEventListener('abort', () => sayAborted());
      sayArrived();
      return new Promise(() => {});
    });
    const hangUp = new AbortController();
    const asked = fetch(`${url}/AuditEvent`, { signal: hangUp.signal });
    await arrived;
    hangUp.abort();
    await expect(asked).rejects.toThrow();
    await aborted;
  });

  it('gives up at a deadline', async () => {
    const { queryUrl, fetchQuery } = await before(() => new Promise(() => {}));
    const asked = fetchQuery(queryUrl, { signal: AbortSignal.timeout(100) });
    await expect(asked).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('is healthy as long as query is', async () => {
    expect(await (await before(() => Response.json({ ready: true }))).health()).toEqual(READY);
  });

  it.each<[string, Partial<QueryClientSettings>]>([
    ['no certificate of the gateway', { queryClientCert: '', queryClientKey: '' }],
    ['one that query does not trust', { queryClientCert: stranger.cert, queryClientKey: stranger.key }],
    ['a query of another authority', { queryCa: foreign.ca }],
    ['a query that only everybody’s authorities could vouch for', { queryCa: '' }],
  ])('asks nothing with %s: 503, and unhealthy', async (_what, settings) => {
    const reached: string[] = [];
    const { url, health } = await before((request) => {
      reached.push(request.url);
      return new Response();
    }, settings);
    const response = await fetch(`${url}/metadata`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ issue: [{ code: 'transient' }] });
    expect(await health()).toEqual({ ready: false, reason: 'unreachable' });
    expect(reached).toEqual([]);
  });
});

describe('without settings of its own', () => {
  it('is asked by the platform’s fetch', async () => {
    const query = await listen(echo, LOCAL);
    const plain = openQueryClient({ queryCa: '', queryClientCert: '', queryClientKey: '' });
    open.push(query, plain);
    expect((await plain.fetch(`http://127.0.0.1:${query.port}/x`)).status).toBe(400);
  });
});
