/** The health of a gateway whose query, or the Elasticsearch behind it, takes every question and never answers. */
import { startGateway } from '@auditbox/gateway';
import { readConfig as readGatewayConfig } from '@auditbox/gateway/config';
import { startQuery } from '@auditbox/query';
import { readConfig as readQueryConfig } from '@auditbox/query/config';
import { createLogger } from '@auditbox/service-kit';
import { expect, inject, it } from 'vitest';
import { post } from '../src/client.ts';
import { PAGE_EVENT } from '../src/events.ts';
import { frozen } from '../src/frozen.ts';
import { ownEnvironment, settingsOf } from '../src/pipeline.ts';

const logger = createLogger('test', 'off');

it.each([
  ['Elasticsearch', 'elasticsearch-unreachable'],
  ['query', 'unreachable'],
])('a frozen %s makes the gateway unhealthy in time, and neither unready nor deaf', async (part, reason) => {
  await using silent = await frozen();
  const environment = ownEnvironment({ kafkaBrokers: inject('kafkaBrokers'), elasticUri: silent.url });
  await using query = await startQuery(settingsOf(readQueryConfig(environment)), logger);
  const queryUrl = part === 'query' ? silent.url : `http://127.0.0.1:${query.port}`;
  const config = settingsOf(readGatewayConfig({ ...environment, AUDITBOX_QUERY_URL: queryUrl }));
  await using gateway = await startGateway(config, logger);
  const url = `http://127.0.0.1:${gateway.port}`;
  const health = await fetch(`${url}/healthcheck`);
  expect(health.status).toBe(500);
  expect(await health.json()).toEqual({ status: 'unhealthy', kafka: 'ok', query: reason });
  const ready = await fetch(`${url}/readyz`);
  expect(ready.status).toBe(200);
  expect(await ready.json()).toEqual({ ready: true, checks: { kafka: 'ok' } });
  expect((await post(`${url}/AuditEvent`, PAGE_EVENT)).status).toBe(201);
});
