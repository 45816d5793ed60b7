import { type Listening, listen, READY } from '@auditbox/service-kit';
import { Hono } from 'hono';
import { afterEach, describe, expect, it } from 'vitest';
import { frontDoorRoutes, queryHealth } from './front-door.ts';

const LOCAL = { hostname: '127.0.0.1', port: 0 };
const open: Listening[] = [];
afterEach(async () => {
  for (const listening of open.splice(0)) await listening[Symbol.asyncDispose]();
});

/** A front door before `query`, both on real sockets. */
async function before(query: (request: Request) => Response | Promise<Response>): Promise<string> {
  const behind = await listen(query, LOCAL);
  const app = new Hono<{ Variables: { requestId: string } }>();
  app.use(async (c, next) => {
    c.set('requestId', 'r-1');
    await next();
  });
  app.route(
    '/',
    frontDoorRoutes({ queryUrl: `http://127.0.0.1:${behind.port}`, checks: { kafka: () => READY } }),
  );
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
    const get = await fetch(`${url}/AuditEvent?type=urn:x%7Ca&date=ge2025`);
    expect(get.status).toBe(400);
    expect(get.headers.get('etag')).toBe('W/"1"');
    expect(await get.json()).toEqual(['GET', '/AuditEvent?type=urn:x%7Ca&date=ge2025', 'r-1', '']);
    const post = await fetch(`${url}/AuditEvent/_search?_count=1`, { method: 'POST', body: 'action=C' });
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

describe('the health check', () => {
  const healthcheck = (ready: boolean) =>
    frontDoorRoutes({
      queryUrl: 'http://127.0.0.1:1',
      checks: { kafka: () => READY, query: () => (ready ? READY : { ready: false, reason: 'unreachable' }) },
    }).request('/healthcheck');

  it('is 200 while every part is there and 500 otherwise, naming the part', async () => {
    expect((await healthcheck(true)).status).toBe(200);
    const response = await healthcheck(false);
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ status: 'unhealthy', kafka: 'ok', query: 'unreachable' });
  });
});

describe('queryHealth', () => {
  it('is ready when query says so', async () => {
    const away = 'http://127.0.0.1:1';
    expect(await queryHealth(away)).toEqual({ ready: false, reason: 'unreachable' });
    const not = await listen(() => new Response('', { status: 503 }), LOCAL);
    open.push(not);
    expect(await queryHealth(`http://127.0.0.1:${not.port}`)).toEqual({ ready: false, reason: 'not-ready' });
  });
});
