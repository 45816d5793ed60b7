import { randomInt, randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { type AppendOutcome, EventLogError, type LogRecord, type LogWriter } from '../src/index.ts';
import { brokers, connection, newTopic, records, writerOf } from './broker.ts';
import { type Fault, faultProxy, PRODUCE, seededRandom } from './fault-proxy.ts';
import { type RawBatch, readRawLog } from './raw-log.ts';

const SEED = Number(process.env.AUDITBOX_TEST_SEED ?? randomInt(2 ** 31));
const FAULTS: readonly Fault[] = [
  'lose-request',
  'cut-request',
  'lose-answer',
  'cut-answer',
  'swallow-answer',
];
const PARTITIONS = 4;

/** Short, so that a swallowed answer costs the test little. */
const limits = { requestTimeoutMs: 300, deadlineMs: 10_000 };

type Sent = { readonly request: string; readonly records: LogRecord[]; outcome?: AppendOutcome };

it(`keeps every acknowledged record through lost requests, lost answers and resets (seed ${SEED})`, async () => {
  const random = seededRandom(SEED);
  const topic = await newTopic({ partitions: PARTITIONS });
  let faults = 0;
  let isOpen = false;
  const proxy = await faultProxy(connection, (apiKey) => {
    // Produce requests suffer most; what surrounds them (metadata, producer ids) now and then.
    if (!isOpen || random() > (apiKey === PRODUCE ? 0.15 : 0.03)) return 'none';
    faults += 1;
    return FAULTS[Math.floor(random() * FAULTS.length)]!;
  });
  const writer = await writerOf(topic, { limits }, proxy.connection);
  isOpen = true;

  const sent: Sent[] = [];
  const worker = async () => {
    while (faults < 40) {
      const request = request1To5(random);
      sent.push(request);
      await appendInto(writer, request);
    }
  };
  await Promise.all(Array.from({ length: 24 }, worker));

  const batches = await readRawLog(brokers[0]!, topic, PARTITIONS);
  const acknowledged = sent.filter(({ outcome }) => outcome?.kind === 'appended');
  expect(acknowledged.length).toBeGreaterThan(100);
  for (const request of acknowledged) expectStoredWhereItSays(request, batches);
  expectEveryRequestWhole(sent, batches);
  expect(Object.fromEntries(proxy.done)).toMatchObject({ 'lose-answer': expect.any(Number) });
});

it('says that a request is not known to be stored when Kafka stays away, and goes on by itself when it is back', async () => {
  const topic = await newTopic();
  const proxy = await faultProxy(connection);
  const writer = await writerOf(topic, { limits: { ...limits, deadlineMs: 1_000 } }, proxy.connection);
  expect(writer.health()).toEqual({ ready: true });

  proxy.setAway(true);
  await expect(writer.append(records(1))).rejects.toMatchObject({
    code: 'not-known-stored',
    retryable: true,
  });
  expect(writer.health()).toMatchObject({ ready: false });

  proxy.setAway(false);
  const request = { request: randomUUID(), records: records(3) };
  const outcome = await eventually(() => writer.append(request.records));
  expectStoredWhereItSays({ ...request, outcome }, await readRawLog(brokers[0]!, topic, 3));
  expect(writer.health()).toEqual({ ready: true });
});

it('holds no more than its bounds while Kafka is away, and says busy beyond them', async () => {
  const topic = await newTopic({ maxMessageBytes: 10_000 });
  const proxy = await faultProxy(connection);
  const bounded = { ...limits, deadlineMs: 2_000, queueRequestsMax: 5, queueBytesMax: 12_000 };
  const writer = await writerOf(topic, { limits: bounded }, proxy.connection);
  proxy.setAway(true);

  const held = [4_000, 4_000, 100, 100].map((bytes) =>
    writer.append(records(1, bytes)).catch((e: unknown) => e),
  );
  expect(writer.busyFor(100)).toBeUndefined();
  expect(writer.busyFor(4_000)).toMatchObject({ kind: 'busy' });
  // Too many bytes, then the last place, then too many requests.
  expect(await writer.append(records(1, 4_000))).toEqual({
    kind: 'busy',
    retryAfterSeconds: expect.any(Number),
  });
  held.push(writer.append(records(1, 100)).catch((e: unknown) => e));
  expect(writer.busyFor(0)).toMatchObject({ kind: 'busy' });
  expect(await writer.append(records(1, 100))).toEqual({
    kind: 'busy',
    retryAfterSeconds: expect.any(Number),
  });

  for (const end of await Promise.all(held)) expect(end).toBeInstanceOf(EventLogError);
  // What ended has given its place back.
  proxy.setAway(false);
  expect(await eventually(() => writer.append(records(1, 4_000)))).toMatchObject({ kind: 'appended' });
});

it('sends what it accepted before it closes, and takes nothing more', async () => {
  const topic = await newTopic();
  const writer = await writerOf(topic);
  const outcomes = Array.from({ length: 40 }, () => writer.append(records(2)));
  const closed = writer[Symbol.asyncDispose]();
  await expect(writer.append(records(1))).rejects.toMatchObject({ code: 'closed' });
  await closed;

  expect(new Set((await Promise.all(outcomes)).map(({ kind }) => kind))).toEqual(new Set(['appended']));
});

it('closes within its deadline when Kafka is away', async () => {
  const topic = await newTopic();
  const proxy = await faultProxy(connection);
  const writer = await writerOf(topic, { limits: { ...limits, closeDeadlineMs: 200 } }, proxy.connection);
  proxy.setAway(true);
  const lost = expect(writer.append(records(1))).rejects.toMatchObject({ code: 'not-known-stored' });
  const startedAt = performance.now();
  await writer[Symbol.asyncDispose]();
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  await lost;
});

it('finds out at the start that Kafka is away, or the topic missing', async () => {
  const nowhere = { ...connection, brokers: ['127.0.0.1:1'] };
  await expect(writerOf('any', {}, nowhere)).rejects.toMatchObject({ code: 'unreachable', retryable: true });
  await expect(writerOf(`test.${randomUUID()}`)).rejects.toMatchObject({
    code: 'topic-missing',
    retryable: true,
  });
});

function request1To5(random: () => number): Sent {
  const request = randomUUID();
  const size = 1 + Math.floor(random() * 5);
  return {
    request,
    records: records(size, 20 + Math.floor(random() * 2_000)).map((record, i) => ({
      ...record,
      headers: { request, place: `${i}/${size}` },
    })),
  };
}

async function appendInto(writer: LogWriter, sent: Sent): Promise<void> {
  try {
    sent.outcome = await writer.append(sent.records);
  } catch (error) {
    if (!(error instanceof EventLogError && error.code === 'not-known-stored')) throw error;
  }
}

function expectStoredWhereItSays({ records: wanted, outcome }: Sent, batches: readonly RawBatch[]): void {
  if (outcome?.kind !== 'appended') throw new Error('only of what was acknowledged');
  const home = batches.find(
    ({ partition, baseOffset, records: held }) =>
      partition === outcome.partition &&
      baseOffset <= outcome.baseOffset &&
      outcome.baseOffset < baseOffset + BigInt(held.length),
  );
  const first = Number(outcome.baseOffset - (home?.baseOffset ?? 0n));
  const found = home?.records.slice(first, first + wanted.length);
  expect(found?.map(({ key, value, headers }) => ({ key, value, headers }))).toEqual(wanted);
}

/** Wherever a record is, acknowledged or not, its request is around it: whole, in order, in the same batch. */
function expectEveryRequestWhole(sent: readonly Sent[], batches: readonly RawBatch[]): void {
  const known = new Map(sent.map((request) => [request.request, request.records.map(({ key }) => key)]));
  for (const batch of batches) {
    for (let at = 0; at < batch.records.length; ) {
      const wanted = known.get(batch.records[at]!.headers.request!)!;
      expect(batch.records.slice(at, at + wanted.length).map(({ key }) => key)).toEqual(wanted);
      at += wanted.length;
    }
  }
}

async function eventually(append: () => Promise<AppendOutcome>): Promise<AppendOutcome> {
  for (let tries = 0; ; tries++) {
    try {
      return await append();
    } catch (error) {
      if (tries === 10 || !(error instanceof EventLogError && error.retryable)) throw error;
    }
  }
}
