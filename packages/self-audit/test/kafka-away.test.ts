import { ensureTopic } from '@auditbox/event-log';
import { expect, it } from 'vitest';
import { kafka, newTopic, recordsOf, wayToKafka } from './kafka.ts';
import { DEADLINE_MS, opened, refusal, requestIdsOf, search, subtypesOf } from './trail.ts';
import { until } from './until.ts';

/** Above the deadline: two noisy cores. */
const SLACK_MS = 3_000;

it('lets no answer pass while Kafka is away, says so in time, and goes on by itself when it is back', async () => {
  const way = await wayToKafka();
  const topic = newTopic();
  const { trail, errors, counted } = await opened({ mode: 'required', topic, kafka: way.kafka });
  expect(await trail.used(search('before'))).toBe(true);

  way.setAway(true);
  const startedAt = performance.now();
  expect(await trail.used(search('away'))).toBe(false);
  expect(performance.now() - startedAt).toBeLessThan(DEADLINE_MS + SLACK_MS);
  expect(trail.readiness().ready).toBe(false);
  expect(await counted('lost')).toBe(1);
  expect(errors.map(({ fields }) => fields)).toEqual([{ lost: 1, reason: 'not-known-stored' }]);

  way.setAway(false);
  await until('it heals', () => trail.used(search('after')));
  expect(trail.readiness()).toEqual({ ready: true });
  expect(requestIdsOf(await recordsOf(topic))).toEqual(expect.arrayContaining(['before', 'after']));
});

it('starts while Kafka is away, is not ready, and writes its start once Kafka is there', async () => {
  const way = await wayToKafka();
  way.setAway(true);
  const topic = newTopic();
  const { trail, counted } = await opened({ mode: 'required', topic, kafka: way.kafka });
  expect(trail.readiness()).toEqual({ ready: false, reason: 'kafka' });
  expect(await trail.used(search('away'))).toBe(false);
  expect(await counted('lost')).toBe(1);

  way.setAway(false);
  await until('it opens', () => trail.readiness().ready);
  expect(await trail.used(search('after'))).toBe(true);
  await trail[Symbol.asyncDispose]();
  const records = await recordsOf(topic);
  expect(subtypesOf(records).sort()).toEqual(['110120', '110121', 'search-type']);
});

it('does not hold a start up for longer than its deadline while Kafka hangs', async () => {
  const way = await wayToKafka();
  way.hold(true);
  const startedAt = performance.now();
  const { trail } = await opened({ mode: 'required', topic: newTopic(), kafka: way.kafka });
  expect(performance.now() - startedAt).toBeLessThan(DEADLINE_MS + SLACK_MS);
  expect(await trail.used(search('hanging'))).toBe(false);
  way.hold(false);
  await until('it opens', () => trail.readiness().ready);
  expect(await trail.used(search('after'))).toBe(true);
});

it('keeps nobody waiting for Kafka where it is best-effort, and counts what is lost', async () => {
  const way = await wayToKafka();
  way.setAway(true);
  const { trail, errors, counted } = await opened({
    mode: 'best-effort',
    topic: newTopic(),
    kafka: way.kafka,
  });
  expect(trail.readiness()).toEqual({ ready: true });
  for (let n = 0; n < 500; n += 1) expect(await trail.used(search(`lost-${n}`))).toBe(true);
  trail.refused(refusal('invalid'));
  await trail[Symbol.asyncDispose]();
  // 500 uses, a refusal, the start and the stop: each counted, few said.
  expect(await counted('lost')).toBe(503);
  const said = errors.map(({ fields }) => (fields as { lost: number }).lost);
  expect(said.reduce((sum, lost) => sum + lost, 0)).toBe(503);
  expect(said.length).toBeLessThan(10);
});

it('says nothing of what an event holds when it is lost', async () => {
  const way = await wayToKafka();
  way.setAway(true);
  const { trail, errors } = await opened({ mode: 'required', topic: newTopic(), kafka: way.kafka });
  const marked = { ...search('MARKED'), path: '/AuditEvent?patient=MARKED', clientAddress: 'MARKED' };
  expect(await trail.used(marked)).toBe(false);
  expect(errors.length).toBeGreaterThan(0);
  expect(JSON.stringify(errors)).not.toMatch(/MARKED|jsmith|sub-1|jti-1/);
});

it('stops within its deadline while Kafka is away, and leaves no connection', async () => {
  const way = await wayToKafka();
  const { trail, counted } = await opened({ mode: 'required', topic: newTopic(), kafka: way.kafka });
  expect(await trail.used(search('before'))).toBe(true);
  way.setAway(true);
  const startedAt = performance.now();
  await trail[Symbol.asyncDispose]();
  expect(performance.now() - startedAt).toBeLessThan(DEADLINE_MS + SLACK_MS);
  expect(await counted('lost')).toBe(1);
  way.setAway(false);
  await until('all is closed', () => way.open() === 0);
});

it('stops while it still tries to open, and leaves no connection', async () => {
  const way = await wayToKafka();
  way.setAway(true);
  const { trail, counted } = await opened({ mode: 'required', topic: newTopic(), kafka: way.kafka });
  const closed = trail[Symbol.asyncDispose]();
  way.setAway(false);
  await closed;
  expect(await counted('lost')).toBe(2);
  await until('all is closed', () => way.open() === 0);
  expect(await trail.used(search('too late'))).toBe(false);
});

it('does not start over a topic that is weaker than its contract, where it is required', async () => {
  const topic = newTopic();
  await ensureTopic(kafka, topic, { allowWeak: true });
  await expect(opened({ mode: 'required', topic, allowWeak: false })).rejects.toMatchObject({
    code: 'weak-topic',
  });
});

it('starts over such a topic where it is best-effort, and says so once', async () => {
  const topic = newTopic();
  await ensureTopic(kafka, topic, { allowWeak: true });
  const { trail, errors } = await opened({ mode: 'best-effort', topic, allowWeak: false });
  await until('it is said', () => errors.length > 0);
  expect(errors.map(({ message }) => message)).toEqual(['the trail of our own use can not be opened']);
  expect(await trail.used(search('lost'))).toBe(true);
});
