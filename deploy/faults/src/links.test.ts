import { expect, it } from 'vitest';
import type { Backends } from './backends.ts';
import { Links } from './links.ts';

/** Nothing listens there: what answers is what stands before it. */
const AWAY = {
  kafka: { brokers: '127.0.0.1:1' },
  elasticsearch: { uri: 'http://127.0.0.1:1' },
  doors: { gateway: [], indexer: [] },
} as unknown as Backends;

it.each([
  ['before', true],
  ['after', false],
])('leads indexers by the slow network to the hurt Elasticsearch, arranged %s it', async (_when, isFirst) => {
  await using links = new Links(AWAY, 1);
  if (isFirst) await links.slow('indexer-elastic');
  const hurt = await links.elasticFaults();
  const network = await links.slow('indexer-elastic');
  network.setSlowness({ latencyMs: 0, bytesPerSecond: 1_000_000 });
  hurt.setConduct('429');
  const { ELASTIC_URI } = links.settingsOf('indexer');
  expect((await fetch(`${ELASTIC_URI}/_bulk`, { method: 'POST', body: '' })).status).toBe(429);
  expect(hurt.hurt()).toBe(1);
  expect(network.slowedBytes()).toBeGreaterThan(0);
});
