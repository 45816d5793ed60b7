import { createHash } from 'node:crypto';
import type { ReceivedRecord } from '@auditbox/event-log';
import { canonicalForm, decodeHeaders, isEventId, validateAuditEvent } from '@auditbox/fhir-core';
import { expect, it } from 'vitest';
import { newTopic, recordsOf, wayToKafka } from './kafka.ts';
import { eventOf, opened, refusal, refusalsIn, requestIdsOf, search, subtypesOf } from './trail.ts';

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');

/** As the indexer looks at a record before it takes it. */
function expectIndexable({ key, value, headers }: ReceivedRecord): void {
  const event = JSON.parse(String(value));
  expect(validateAuditEvent(event)).toEqual([]);
  expect(isEventId(event.id) && event.id === key).toBe(true);
  expect(decodeHeaders(headers)).toEqual({
    sender: 'urn:auditbox|query',
    received: event.meta.lastUpdated,
    sha256: sha256(value!),
    contentDigest: sha256(canonicalForm(event)),
    senderValues: {},
  });
}

it.each(['required', 'best-effort'] as const)(
  'writes a start, each use, each refusal and a stop, as records that the indexer takes (%s)',
  async (mode) => {
    const topic = newTopic();
    const { trail, errors, counted } = await opened({ mode, topic });
    expect(trail.readiness()).toEqual({ ready: true });
    expect(await trail.used(search('a-search'))).toBe(true);
    trail.refused(refusal('expired'));
    trail.refused(refusal('insufficient-scope'));
    await trail[Symbol.asyncDispose]();

    const records = await recordsOf(topic);
    for (const record of records) expectIndexable(record);
    expect(subtypesOf(records).sort()).toEqual(['110120', '110121', '110122', '110132', 'search-type']);
    expect(requestIdsOf(records)).toContain('a-search');
    expect(await counted('published')).toBe(5);
    expect(await counted('lost')).toBe(0);
    expect(errors).toEqual([]);
  },
);

it('lets no answer pass before its event is in the log, where it is required', async () => {
  const way = await wayToKafka();
  const { trail } = await opened({ mode: 'required', topic: newTopic(), kafka: way.kafka });
  expect(await trail.used(search('first'))).toBe(true);
  way.hold(true);
  let mayAnswer: boolean | undefined;
  const held = trail.used(search('held')).then((answer) => {
    mayAnswer = answer;
  });
  // A turn of real I/O: another trail gets an event into the same Kafka meanwhile.
  const other = await opened({ mode: 'required', topic: newTopic() });
  expect(await other.trail.used(search('meanwhile'))).toBe(true);
  expect(mayAnswer).toBeUndefined();
  way.hold(false);
  await held;
  expect(mayAnswer).toBe(true);
});

it('lets every answer pass at once where it is not', async () => {
  const way = await wayToKafka();
  const topic = newTopic();
  const { trail } = await opened({ mode: 'best-effort', topic, kafka: way.kafka });
  way.hold(true);
  expect(await trail.used(search('held'))).toBe(true);
  way.hold(false);
  await trail[Symbol.asyncDispose]();
  expect(requestIdsOf(await recordsOf(topic))).toEqual(['held']);
});

it('does nothing where it is off', async () => {
  const way = await wayToKafka();
  const { trail } = await opened({ mode: 'off', topic: newTopic(), kafka: way.kafka });
  expect(await trail.used(search('unseen'))).toBe(true);
  trail.refused(refusal('invalid'));
  expect(trail.readiness()).toEqual({ ready: true });
  expect(way.open()).toBe(0);
});

it('is not flooded by 100,000 refusals, and counts each of them', async () => {
  const topic = newTopic();
  const perMinute = 10;
  const { trail } = await opened({ mode: 'required', topic, refusalsPerMinute: perMinute });
  const startedAt = performance.now();
  for (let n = 0; n < 100_000; n += 1) trail.refused(refusal(n % 4 === 0 ? 'malformed' : 'invalid'));
  for (let n = 0; n < 100; n += 1) trail.refused(refusal('insufficient-scope'));
  expect(await trail.used(search('through the flood'))).toBe(true);
  await trail[Symbol.asyncDispose]();

  const minutes = 1 + Math.floor((performance.now() - startedAt) / 60_000);
  const records = (await recordsOf(topic)).filter((record) => refusalsIn(record) > 0);
  expect(records.length).toBeGreaterThan(2);
  expect(records.length).toBeLessThanOrEqual(minutes * (perMinute + 2));
  expect(records.reduce((sum, record) => sum + refusalsIn(record), 0)).toBe(100_100);
  const alerts = records.filter((record) => eventOf(record).type.code === '110113');
  expect(alerts.reduce((sum, record) => sum + refusalsIn(record), 0)).toBe(100);
});

it('loses nothing that was answered, when it is disposed under load', async () => {
  const topic = newTopic();
  const { trail, counted } = await opened({ mode: 'required', topic });
  const answered: string[] = [];
  let sent = 0;
  let isOver = false;
  const worker = async () => {
    while (!isOver) {
      const id = `use-${sent++}`;
      if (await trail.used(search(id))) answered.push(id);
      else isOver = true;
    }
  };
  const load = Promise.all(Array.from({ length: 16 }, worker));
  while (answered.length < 200) await trail.used(search('pace'));
  await trail[Symbol.asyncDispose]();
  await load;

  const records = await recordsOf(topic);
  const stored = new Set(requestIdsOf(records));
  expect(answered.filter((id) => !stored.has(id))).toEqual([]);
  expect(subtypesOf(records)).toContain('110121');
  expect(records).toHaveLength(await counted('published'));
});

it('refuses an answer to a request that is too large to be kept', async () => {
  const { trail, errors, counted } = await opened({ mode: 'required', topic: newTopic() });
  const largest = { ...search('largest'), method: 'POST', form: 'x'.repeat(1024 * 1024) };
  expect(await trail.used(largest)).toBe(true);
  expect(await trail.used({ ...largest, form: 'x'.repeat(4 * 1024 * 1024) })).toBe(false);
  expect(await counted('lost')).toBe(1);
  expect(errors.map(({ fields }) => fields)).toEqual([{ lost: 1, reason: 'too-large' }]);
});
