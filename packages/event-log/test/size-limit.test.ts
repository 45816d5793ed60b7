import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { LogRecord } from '../src/index.ts';
import { batchBytes, recordBodyBytes } from '../src/record-batch-size.ts';
import { brokers, newTopic, writerOf } from './broker.ts';
import { readRawLog } from './raw-log.ts';

const LIMIT_BYTES = 100_000;

/** Some records whose batch has exactly this many bytes, of a content that no codec makes smaller. */
function requestOf(bytes: number): LogRecord[] {
  const others = Array.from({ length: 70 }, (_, i) => ({
    key: `record ${i}`,
    value: randomBytes(100),
    headers: { sender: 'Universitätsspital' },
  }));
  const filler = { key: 'filler', value: Buffer.alloc(0), headers: {} };
  const size = () => batchBytes([...others, filler].map(recordBodyBytes));
  filler.value = randomBytes(bytes - size());
  filler.value = randomBytes(filler.value.length - (size() - bytes));
  expect(size()).toBe(bytes);
  return [...others, filler];
}

it('stores a request of exactly the topic’s limit, and refuses one byte more', async () => {
  const topic = await newTopic({ partitions: 1, maxMessageBytes: LIMIT_BYTES });
  const writer = await writerOf(topic);

  expect(await writer.append(requestOf(LIMIT_BYTES))).toMatchObject({ kind: 'appended' });
  expect(await writer.append(requestOf(LIMIT_BYTES + 1))).toEqual({
    kind: 'too-large',
    bytes: LIMIT_BYTES + 1,
    limitBytes: LIMIT_BYTES,
  });
  const [batch, ...more] = await readRawLog(brokers[0]!, topic, 1);
  expect(more).toEqual([]);
  // It travels as it is, because compression could have made it larger; the broker then keeps it as the topic says.
  expect(batch?.codec).toBe('zstd');
  expect(batch?.bytes).toBeLessThanOrEqual(LIMIT_BYTES);
});

it('fails no other request for the size of one', async () => {
  const topic = await newTopic({ maxMessageBytes: LIMIT_BYTES });
  const writer = await writerOf(topic);
  const sizes = [
    LIMIT_BYTES,
    LIMIT_BYTES - 10,
    LIMIT_BYTES + 1,
    LIMIT_BYTES,
    20_000,
    20_000,
    LIMIT_BYTES + 1,
  ];
  const outcomes = await Promise.all(sizes.map((bytes) => writer.append(requestOf(bytes))));

  expect(outcomes.map(({ kind }) => kind)).toEqual(
    sizes.map((bytes) => (bytes > LIMIT_BYTES ? 'too-large' : 'appended')),
  );
  const batches = await readRawLog(brokers[0]!, topic, 3);
  expect(Math.max(...batches.map(({ bytes }) => bytes))).toBeLessThanOrEqual(LIMIT_BYTES);
});

it('takes 1,000 events of 2 KB, Aidbox’s default batch, many at a time', async () => {
  const topic = await newTopic();
  const writer = await writerOf(topic);
  const bundle = () =>
    Array.from({ length: 1_000 }, (_, i) => ({ key: `${i}`, value: randomBytes(2_048), headers: {} }));
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => writer.append(bundle())));

  expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['appended']));
  const batches = await readRawLog(brokers[0]!, topic, 3);
  expect(batches.reduce((sum, batch) => sum + batch.records.length, 0)).toBe(20_000);
});
