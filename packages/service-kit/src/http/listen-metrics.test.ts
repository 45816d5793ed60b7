import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { openHealth, READY, type Readiness } from '../health.ts';
import { createLogger } from '../logger.ts';
import { createMetrics, type Metrics } from '../metrics.ts';
import { createApp } from './app.ts';
import { listenMetrics } from './listen-metrics.ts';

const LOCAL = { binding: '127.0.0.1', metricsPort: 0 } as const;

async function scrape(metrics: Metrics): Promise<string> {
  await using listening = await listenMetrics(metrics, openHealth(), LOCAL);
  const response = await fetch(`http://127.0.0.1:${listening.metricsPort}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return response.text();
}

it('counts requests by the template of their route, never by path, query or unknown method', async () => {
  const metrics = createMetrics('test');
  const app = createApp({
    logger: createLogger('test', 'off'),
    checks: {},
    metrics,
    baseUrl: 'http://x/fhir',
  });
  app
    .get('/AuditEvent/:id', (c) => c.text('', c.req.param('id') === '1' ? 200 : 404))
    .get('/*', (c) => c.text('passed on'));
  for (const path of [
    '/AuditEvent/1',
    '/fhir/AuditEvent/1?name=Erika',
    '/AuditEvent/Erika',
    '/Erika',
    '/livez',
  ])
    await app.request(path);
  await app.request('/AuditEvent/1', { method: 'HEAD' });
  await app.request('/AuditEvent/1', { method: 'ERIKA' });
  const text = await scrape(metrics);
  const counted = text.split('\n').filter((line) => line.startsWith('auditbox_http_requests_total{'));
  expect(counted.sort()).toEqual([
    'auditbox_http_requests_total{route="-",method="GET",status="200",service="test"} 1',
    'auditbox_http_requests_total{route="-",method="other",status="405",service="test"} 1',
    'auditbox_http_requests_total{route="/AuditEvent/:id",method="GET",status="200",service="test"} 2',
    'auditbox_http_requests_total{route="/AuditEvent/:id",method="GET",status="404",service="test"} 1',
    'auditbox_http_requests_total{route="/AuditEvent/:id",method="HEAD",status="200",service="test"} 1',
    'auditbox_http_requests_total{route="/livez",method="GET",status="200",service="test"} 1',
  ]);
  expect(text).toContain(
    'auditbox_http_request_duration_seconds_count{service="test",route="/AuditEvent/:id",method="GET"} 3',
  );
  expect(text).toContain('process_cpu_seconds_total{service="test"}');
  expect(text).not.toMatch(/erika/i);
});

it('keeps the counts of two services in one process apart', async () => {
  const [one, other] = [createMetrics('one'), createMetrics('other')];
  one.counter('events_total', 'Events.', 'kind', ['a', 'b'])(2, 'a');
  one.histogram('delay_seconds', 'Delay.', [1, 5])(3);
  const text = await scrape(one);
  expect(text).toContain('events_total{kind="a",service="one"} 2');
  expect(text).toContain('events_total{kind="b",service="one"} 0');
  expect(text).toContain('delay_seconds_bucket{le="5",service="one"} 1');
  expect(await scrape(other)).not.toContain('events_total');
});

it('serves that, how the service is, and nothing else, and not at all where it is off', async () => {
  const metrics = createMetrics('test');
  await using listening = await listenMetrics(metrics, openHealth(), LOCAL);
  const status = async (path: string, method = 'GET') =>
    (await fetch(`http://127.0.0.1:${listening.metricsPort}${path}`, { method })).status;
  expect([await status('/metrics?x'), await status('/metrics', 'HEAD')]).toEqual([200, 200]);
  expect([await status('/'), await status('/metrics/'), await status('/metrics', 'POST')]).toEqual([
    404, 404, 405,
  ]);
  await expect(
    listenMetrics(metrics, openHealth(), { ...LOCAL, metricsPort: listening.metricsPort ?? 0 }),
  ).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await using none = await listenMetrics(metrics, openHealth(), { ...LOCAL, metricsPort: 'off' });
  expect(none.metricsPort).toBeUndefined();
});

it('does not wait for anybody when it stops', async () => {
  const { promise: asked, resolve: sayAsked } = Promise.withResolvers<void>();
  const never: Metrics = {
    ...createMetrics('test'),
    text: () => {
      sayAsked();
      return new Promise(() => undefined);
    },
  };
  const listening = await listenMetrics(never, openHealth(), LOCAL);
  const socket = connect(listening.metricsPort ?? 0, '127.0.0.1');
  const closed = once(socket, 'close');
  socket.write('GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await asked;
  await listening[Symbol.asyncDispose]();
  await closed;
});

it('says from the first moment to the last how the service is', async () => {
  const health = openHealth();
  await using listening = await listenMetrics(createMetrics('test'), health, LOCAL);
  const seen = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${listening.metricsPort}${path}`);
    return [answer.status, await answer.json()];
  };
  const unready = (service: string) => [503, { ready: false, checks: { service } }];
  expect(await seen('/readyz')).toEqual(unready('starting'));
  expect(await seen('/livez')).toEqual([200, { live: true }]);
  let kafka: Readiness = READY;
  health.started({ kafka: () => kafka });
  expect(await seen('/readyz')).toEqual([200, { ready: true, checks: { kafka: 'ok' } }]);
  kafka = { ready: false, reason: 'rebalancing' };
  health.started({ kafka: () => kafka });
  expect(await seen('/readyz')).toEqual([503, { ready: false, checks: { kafka: 'rebalancing' } }]);
  health.stopping();
  expect(await seen('/readyz')).toEqual(unready('stopping'));
  expect(await seen('/livez')).toEqual([200, { live: true }]);
});
