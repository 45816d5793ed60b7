/**
 * How long reading waits for a record. That needs a broker that gives nothing at the right moment and half a minute each
 * time, so the reading is given exactly that; test/read-log.test.ts reads from a real one.
 */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SILENT } from '../kafka-logger.ts';
import type { Cluster, FetchedPartition } from './open-cluster.ts';
import { Reading } from './read-log.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const LOG = { connection: { brokers: [], clientId: 't' }, topic: 't', logger: SILENT };
const FETCH_MS = 14_000;
const RANGES = [{ partition: 0, start: 0n, end: 9n }];

const answer = (...offsets: readonly number[]): FetchedPartition => ({
  partition: 0,
  highWatermark: '9',
  messages: offsets.map((offset) => ({ offset: `${offset}`, key: null, value: null, headers: {} })),
});

/** A broker that takes its time, gives these answers, and then nothing. */
function clusterGiving(...answers: FetchedPartition[]) {
  const broker = {
    listOffsets: () => Promise.reject(new Error('not asked')),
    fetch: async () => {
      vi.advanceTimersByTime(FETCH_MS);
      return { responses: [{ partitions: [answers.shift() ?? answer()] }] };
    },
  };
  return {
    connect: async () => {},
    addTargetTopic: async () => {},
    refreshMetadata: async () => {},
    findTopicPartitionMetadata: () => [{ partitionId: 0, leader: 1 }],
    findBroker: async () => broker,
  } satisfies Cluster;
}

it('asks once more where nothing came after what was before had been worked on for minutes', async () => {
  const reading = new Reading(LOG, clusterGiving(answer(0, 1), answer(), answer(2)), RANGES);
  expect(await reading.more(undefined)).toMatchObject([{ next: 2n }]);
  vi.advanceTimersByTime(120_000);
  expect(await reading.more(undefined)).toMatchObject([{ next: 3n }]);
});

it('gives up where nothing comes for half a minute', async () => {
  const reading = new Reading(LOG, clusterGiving(answer(0)), RANGES);
  await reading.more(undefined);
  const error: unknown = await reading.more(undefined).catch((thrown: unknown) => thrown);
  const message = 'topic t: partitions 0 give nothing within 30000 ms';
  expect(error).toMatchObject({ code: 'unreachable', message });
  // What came before that is not part of it.
  expect(performance.now()).toBe(4 * FETCH_MS);
});
