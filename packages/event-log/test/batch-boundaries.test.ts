import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { brokers, newTopic, records, writerOf } from './broker.ts';
import { readRawLog } from './raw-log.ts';

it('stores each request whole in one record batch, where its outcome says', async () => {
  const topic = await newTopic();
  const writer = await writerOf(topic);
  const requests = Array.from({ length: 60 }, (_, i) => records((i % 7) + 1, 50 + 100 * (i % 11)));
  const outcomes = await Promise.all(requests.map((request) => writer.append(request)));

  const batches = await readRawLog(brokers[0]!, topic, 3);
  for (const [i, outcome] of outcomes.entries()) {
    expect(outcome.kind).toBe('appended');
    if (outcome.kind !== 'appended') continue;
    const homes = batches.filter((batch) => batch.records.some(({ key }) => key === requests[i]![0]!.key));
    expect(homes).toHaveLength(1);
    const [home] = homes;
    expect(home!.partition).toBe(outcome.partition);
    const first = Number(outcome.baseOffset - home!.baseOffset);
    const stored = home!.records.slice(first, first + requests[i]!.length);
    expect(stored.map(({ key, value, headers }) => ({ key, value, headers }))).toEqual(requests[i]);
  }
  // Nothing twice, nothing else.
  expect(batches.flatMap((batch) => batch.records)).toHaveLength(requests.flat().length);
});

it('lets requests that arrive during a send share the next record batch', async () => {
  const topic = await newTopic({ partitions: 1 });
  const writer = await writerOf(topic);
  const first = writer.append(records(1));
  // The first send is on its way once the event loop has turned.
  await new Promise((resolve) => setImmediate(resolve));
  await Promise.all([first, ...Array.from({ length: 50 }, () => writer.append(records(2)))]);

  const batches = await readRawLog(brokers[0]!, topic, 1);
  expect(batches.map((batch) => batch.records.length)).toEqual([1, 100]);
});

it('spreads over all partitions, not by key', async () => {
  const topic = await newTopic({ partitions: 6 });
  const writer = await writerOf(topic);
  const key = randomUUID();
  for (let i = 0; i < 12; i++) await writer.append([{ ...records(1)[0]!, key }]);

  const batches = await readRawLog(brokers[0]!, topic, 6);
  expect(batches.map(({ partition }) => partition).sort()).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
});

it('writes idempotently: Kafka knows the producer by its id', async () => {
  const topic = await newTopic({ partitions: 1 });
  const writer = await writerOf(topic);
  for (let i = 0; i < 3; i++) await writer.append(records(1));

  const batches = await readRawLog(brokers[0]!, topic, 1);
  expect(new Set(batches.map(({ producerId }) => producerId)).size).toBe(1);
  expect(batches[0]!.producerId).toBeGreaterThanOrEqual(0n);
});
