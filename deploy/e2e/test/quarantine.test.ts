/** What was written straight to the topic and is no event: it ends in quarantine, durably, and the log goes on. */
import { createHash } from 'node:crypto';
import { openLogWriter, type ReceivedRecord, startLogReader } from '@auditbox/event-log';
import { expect, inject, it } from 'vitest';
import { postBundle, total } from '../src/client.ts';
import { PAGE_EVENT } from '../src/events.ts';
import { eventually } from '../src/eventually.ts';
import { startPipeline } from '../src/pipeline.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

const headersFor = (value: Buffer) => ({
  sender: 'a',
  received: '2026-01-01T00:00:00.000Z',
  sha256: createHash('sha256').update(value).digest('hex'),
  'content-digest': 'd',
});

it('poison ends in quarantine with its reason and its place, and the events around it are found', async () => {
  const kafka = { brokers: inject('kafkaBrokers').split(','), clientId: 'test' };
  await using pipeline = await startPipeline({
    kafkaBrokers: inject('kafkaBrokers'),
    elasticUri: inject('elasticUri'),
  });
  const topic = pipeline.environment.AUDITBOX_EVENTS_TOPIC ?? '';
  const [stored] = await postBundle(`${pipeline.url}/`, [PAGE_EVENT]);

  const notJson = Buffer.from('{"resourceType":');
  const notAnEvent = Buffer.from('{"resourceType":"Patient","name":[{"family":"Mustermann"}]}');
  const otherEvent = Buffer.from(JSON.stringify({ ...PAGE_EVENT, id: stored?.id, action: 'D' }));
  await using writer = await openLogWriter(kafka, { topic, logger: silent });
  await writer.append([
    { key: 'a', value: notJson, headers: headersFor(notJson) },
    { key: 'b', value: notAnEvent, headers: headersFor(notAnEvent) },
    { key: 'c', value: notAnEvent, headers: {} },
    { key: stored?.id ?? '', value: otherEvent, headers: headersFor(otherEvent) },
  ]);
  await postBundle(`${pipeline.url}/`, [{ ...PAGE_EVENT, meta: { tag: [{ code: 'after' }] } }]);
  await eventually(
    'what was sent after the poison is found',
    () => total(pipeline.url, '_tag=after'),
    (n) => n === 1,
  );

  const quarantined: ReceivedRecord[] = [];
  await using _reader = await startLogReader(kafka, {
    topic: pipeline.environment.AUDITBOX_QUARANTINE_TOPIC ?? '',
    groupId: `${topic}.judge`,
    logger: silent,
    onFatal: (error) => {
      throw error;
    },
    process: async ({ records, confirm }) => {
      for (const record of records) {
        quarantined.push(record);
        confirm(record.offset);
      }
    },
  });
  await eventually(
    'all of it is in quarantine',
    async () => quarantined.length,
    (n) => n >= 4,
  );

  expect(quarantined.map(({ headers }) => headers['quarantine-reason']).toSorted()).toEqual([
    'no-headers',
    'not-an-event',
    'not-json',
    'other-event-with-this-id',
  ]);
  expect(quarantined.find(({ headers }) => headers['quarantine-reason'] === 'not-json')).toMatchObject({
    value: notJson,
    headers: { ...headersFor(notJson), 'quarantine-topic': topic, 'quarantine-key': 'a' },
  });
  expect(await total(pipeline.url)).toBe(2);
  expect(await total(pipeline.url, 'action=D')).toBe(0);
});
