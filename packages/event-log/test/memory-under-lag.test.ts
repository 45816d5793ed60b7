/**
 * However long the lag and however well it compresses, what a reader has in memory is bounded. What it asked for was
 * bounded in compressed bytes alone: 57,000 events of 16 KB that shrank to nothing took 1.4 GB.
 */
import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import type { ReceivedBatch } from '../src/index.ts';
import { connection, newTopic, readerOf, records, writerOf } from './broker.ts';
import { FETCH, faultProxy, HEARTBEAT } from './fault-proxy.ts';
import { until } from './until.ts';

const MIB = 1024 * 1024;
const PARTITIONS = 4;
const EVENT_BYTES = 16 * 1024;
const EVENTS_A_REQUEST = 100;
const REQUESTS = 150;

/** A collection takes its time: it is looked at every so many batches. */
const LOOK_EVERY = 10;

/** In hand 48 MiB, an answer 16 MiB, and for each partition a record batch of 1.6 MiB; the rest is this test's. */
const BOUND_BYTES = 96 * MIB;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

async function liveBytes(): Promise<number> {
  collectGarbage();
  // Buffers are given back in the background.
  await turn();
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

it('has a bounded part of a very compressible lag in memory, while all is stuck and while it is read', async () => {
  const topic = await newTopic({ partitions: PARTITIONS });
  const writer = await writerOf(topic);
  const request = records(EVENTS_A_REQUEST, EVENT_BYTES);
  for (let i = 0; i < REQUESTS; i++) await writer.append(request);
  await writer[Symbol.asyncDispose]();
  const total = REQUESTS * EVENTS_A_REQUEST;
  expect(total * EVENT_BYTES).toBeGreaterThan(2 * BOUND_BYTES);

  const proxy = await faultProxy(connection);
  const before = await liveBytes();
  const peaks = { stuck: 0, reading: 0 };
  const release = Promise.withResolvers<void>();
  const inWork = new Set<number>();
  let received = 0;
  let batches = 0;
  await readerOf(
    {
      topic,
      groupId: `group.${randomUUID()}`,
      limits: { holdUpMs: 50, heartbeatIntervalMs: 100 },
      async process({ partition, records: batch, confirm }: ReceivedBatch) {
        inWork.add(partition);
        await release.promise;
        for (const { offset } of batch) confirm(offset);
        received += batch.length;
        batches += 1;
        if (batches % LOOK_EVERY === 0) peaks.reading = Math.max(peaks.reading, (await liveBytes()) - before);
      },
    },
    proxy.connection,
  );
  await until('all are stuck', () => inWork.size === PARTITIONS);
  let fetches = -1;
  let heartbeats = 0;
  await until('nothing more is fetched', () => {
    const [asked, beaten] = [proxy.asked.get(FETCH) ?? 0, proxy.asked.get(HEARTBEAT) ?? 0];
    if (asked !== fetches) [fetches, heartbeats] = [asked, beaten];
    return beaten > heartbeats + 10;
  });
  peaks.stuck = (await liveBytes()) - before;
  release.resolve();
  await until('all is read', () => received === total, 50_000);
  expect(peaks.stuck).toBeLessThan(BOUND_BYTES);
  expect(peaks.reading).toBeLessThan(BOUND_BYTES);
  // It does read ahead.
  expect(peaks.stuck).toBeGreaterThan(12 * MIB);
});
