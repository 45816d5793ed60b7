import { once } from 'node:events';
import { createServer } from 'node:net';
import { type Listening, listen, READY } from '@auditbox/service-kit';
import { afterEach, describe, expect, it } from 'vitest';
import { frontDoorSuite, LOCAL } from './front-door.case.ts';
import { healthcheckRoute, queryHealth } from './front-door.ts';

const open: Listening[] = [];
afterEach(async () => {
  for (const listening of open.splice(0)) await listening[Symbol.asyncDispose]();
});

frontDoorSuite();

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
