/** How query is while Elasticsearch is not: it starts, and says what is wrong in time. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createLogger } from '@auditbox/service-kit';
import { afterEach, expect, it } from 'vitest';
import { readConfig } from './config.ts';
import { startQuery } from './service.ts';

const open: Server[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of open.splice(0)) server.close();
});

/** Takes every connection and what is sent on it, and answers with `text` and no more. */
async function silent(text = ''): Promise<string> {
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => socket.destroy());
    socket.once('data', () => socket.write(text));
  }).listen(0, '127.0.0.1');
  open.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

const HALF_AN_ANSWER =
  'HTTP/1.1 200 OK\r\nX-Elastic-Product: Elasticsearch\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{';

it.each([
  ['away', async () => 'http://127.0.0.1:1', 'unreachable'],
  ['frozen: it takes the question and says nothing', () => silent(), 'unreachable'],
  ['frozen in the middle of its answer', () => silent(HALF_AN_ANSWER), 'no-answer'],
])(
  'with an Elasticsearch that is %s, is alive, not ready, unhealthy, and finds nothing out',
  async (_what, where, reason) => {
    const decoded = readConfig({
      PORT: '0',
      AUDITBOX_METRICS_PORT: 'off',
      AUDITBOX_SEARCH_TIMEOUT_MS: '500',
      AUDITBOX_API_AUTH_ENABLED: 'false',
      ELASTIC_URI: await where(),
    });
    if ('problems' in decoded) throw new Error(decoded.problems.join(' '));
    await using query = await startQuery(decoded.settings, createLogger('test', 'off'));
    const ask = async (path: string, method = 'GET') => {
      const response = await fetch(`http://127.0.0.1:${query.port}${path}`, { method });
      return { status: response.status, text: await response.text() };
    };
    expect((await ask('/livez')).status).toBe(200);
    const [health, head, ready] = await Promise.all([
      ask('/healthcheck'),
      ask('/healthcheck', 'HEAD'),
      ask('/readyz'),
    ]);
    expect([health.status, head.status, ready.status]).toEqual([500, 500, 503]);
    expect(JSON.parse(health.text)).toEqual({ status: 'unhealthy', elasticsearch: reason });
    expect(JSON.parse(ready.text)).toEqual({ ready: false, checks: { elasticsearch: reason } });
    expect(head.text).toBe('');

    const id = '019bc78b-f1a0-84fb-b8e6-c557790ce79a';
    const cut = await Promise.all([ask('/AuditEvent'), ask(`/AuditEvent/${id}`)]);
    expect(cut.map(({ status }) => status)).toEqual([503, 503]);
    expect(cut[0]?.text).toMatch(/search-engine-(?:unavailable|too-slow); request/);
  },
);
