/** The delay until an event is found, on a real Elasticsearch that refreshes when the test says so. */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { createMetrics } from '@auditbox/service-kit';
import { expect, inject, it } from 'vitest';
import { createEvents } from '../src/elastic/bulk-create.ts';
import { probedCreate } from '../src/elastic/probed-create.ts';
import { ownIndices, THIS_MONTH } from './own-indices.ts';

it('is over when a search finds the event, not when it is written, and is measured of one event at a time', async () => {
  await using own = await ownIndices(inject('elasticUri'));
  const { client, indexPrefix } = own;
  await own.write(THIS_MONTH);
  const index = `${indexPrefix}-${THIS_MONTH}`;
  await client.indices.putSettings({ index, settings: { refresh_interval: '-1' } });
  const metrics = createMetrics('indexer');
  const measured = async (): Promise<number> =>
    Number(/auditbox_searchable_delay_seconds_count\S* (\d+)/.exec(await metrics.text())?.[1] ?? 0);
  await using probed = probedCreate(createEvents(client, indexPrefix, await own.replica()), {
    ...{ client, indexPrefix, metrics },
    now: Date.now,
  });
  const create = () => {
    const received = new Date().toISOString();
    const id = randomUUID();
    const document = {
      id,
      month: THIS_MONTH,
      digest: 'd',
      received,
      takenMs: 0,
      source: Buffer.from('{}'),
      bytes: 2,
      keptBytes: 1,
    };
    return probed.create([document], new AbortController().signal);
  };
  expect(await create()).toMatchObject([{ status: 201 }]);
  expect(await create()).toMatchObject([{ status: 201 }]);
  await wait(500);
  expect(await measured()).toBe(0);
  await client.indices.refresh({ index });
  await expect.poll(measured, { timeout: 10_000 }).toBe(1);
  const sum = Number(/auditbox_searchable_delay_seconds_sum\S* (\S+)/.exec(await metrics.text())?.[1]);
  expect(sum).toBeGreaterThan(0.5);
});
