/** From the topic of quarantine to what an operator lists and reads: nothing lost, nothing doubled, to the byte. */
import { createHash, randomUUID } from 'node:crypto';
import { type LogRecord, openLogWriter } from '@auditbox/event-log';
import {
  encodeQuarantine,
  encodeRelease,
  eventId,
  type QuarantinedItem,
  type QuarantineRelease,
} from '@auditbox/fhir-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { post, postBundle, total } from '../src/client.ts';
import { PAGE_EVENT } from '../src/events.ts';
import { eventually } from '../src/eventually.ts';
import { type Pipeline, startPipeline } from '../src/pipeline.ts';

type Listed = {
  readonly id: string;
  readonly reason: string;
  readonly state: string;
  readonly links: { readonly self: string; readonly content: string };
  readonly [key: string]: unknown;
};
type List = { readonly total: number; readonly items: readonly Listed[]; readonly next?: string };

const MIB = 1024 * 1024;
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const digestOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline({
    kafkaBrokers: inject('kafkaBrokers'),
    elasticUri: inject('elasticUri'),
  });
});
afterAll(async () => {
  await pipeline?.[Symbol.asyncDispose]();
});

/** As one batch: in this order on one partition. */
async function append(topic: string, records: readonly LogRecord[]): Promise<void> {
  const kafka = { brokers: inject('kafkaBrokers').split(','), clientId: 'test' };
  await using writer = await openLogWriter(kafka, { topic, logger: silent });
  expect(await writer.append(records)).toMatchObject({ kind: 'appended' });
}

const quarantine = (...records: LogRecord[]) =>
  append(pipeline.environment.AUDITBOX_QUARANTINE_TOPIC ?? '', records);

/** An item as the gateway writes it. */
function item(received: string, value: Buffer, part: Partial<QuarantinedItem> = {}) {
  const id = eventId(Date.parse(received), createHash('sha256').update(randomUUID()).digest());
  return {
    ...{ id, eventId: id, origin: 'gateway', reason: 'invalid-event', sender: 'a', received },
    ...{ sha256: digestOf(value), issues: [{ severity: 'error', code: 'required' }] },
    ...part,
  } as QuarantinedItem;
}

const itemRecord = (of: QuarantinedItem, value: Buffer): LogRecord => ({
  key: of.id,
  value,
  headers: encodeQuarantine(of),
});

const releaseRecord = (of: QuarantinedItem, part: Partial<QuarantineRelease> = {}): LogRecord => ({
  key: of.id,
  value: Buffer.alloc(0),
  headers: encodeRelease({
    ...{ id: of.id, eventId: of.eventId, releasedAt: '2026-03-01T00:00:00.000Z', releasedBy: 'operator' },
    ...{ corrected: true, ...part },
  }),
});

async function list(query: string): Promise<List> {
  const response = await fetch(`${pipeline.url}/quarantine?${query}`);
  const answer: unknown = await response.json();
  if (response.status !== 200) throw new Error(`${response.status}: ${JSON.stringify(answer)}`);
  return answer as List;
}

/** What a list has once it has as much as is expected. */
const listed = (query: string, n: number, deadlineMs?: number) =>
  eventually(
    `${n} of ${query}`,
    () => list(query),
    ({ total }) => total === n,
    deadlineMs,
  );

async function contentOf(id: string): Promise<Buffer> {
  const response = await fetch(`${pipeline.url}/quarantine/${id}/content`);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

it('what the gateway writes is listed, found by time, sender, reason and origin, and read to the byte', async () => {
  const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x7b, 0x0a]);
  const json = Buffer.from('{"resourceType":"AuditEvent","x":1.10}\r\n');
  const sender = 'https://idp.example.org *:* "OR" \\ ß€𝄞';
  const about = { place: 'Bundle.entry[3].resource', mediaType: 'text/html', contentEncoding: 'gzip' };
  const first = item('2026-01-31T23:59:59.999Z', bytes, { sender, reason: 'not-utf-8' });
  const second = item('2026-02-01T00:00:00.000Z', json, { sender, ...about, requestId: 'r', senderId: 's' });
  await quarantine(itemRecord(first, bytes), itemRecord(second, json));

  const by = `sender=${encodeURIComponent(sender.replaceAll('\\', '\\\\'))}`;
  const { items } = await listed(by, 2);
  expect(items.map(({ id }) => id)).toEqual([second.id, first.id]);
  expect(items[0]).toEqual({
    ...second,
    bytes: json.length,
    state: 'held',
    links: {
      self: expect.stringMatching(`/quarantine/${second.id}$`),
      content: expect.stringMatching(`/quarantine/${second.id}/content$`),
    },
  });
  expect(await contentOf(first.id)).toEqual(bytes);
  expect(await contentOf(second.id)).toEqual(json);
  const read = await fetch(`${pipeline.url}/quarantine/${second.id}`);
  expect(await read.json()).toEqual(items[0]);

  const found = async (query: string) => (await list(`${by}&${query}`)).items.map(({ id }) => id);
  const [one, other, both] = [[first.id], [second.id], [second.id, first.id]];
  expect(await found('received=2026-01')).toEqual(one);
  expect(await found('received=ge2026-02-01')).toEqual(other);
  expect(await found('received=gt2026-01-31')).toEqual(other);
  expect(await found('received=ge2026-01-31&received=lt2026-02-01')).toEqual(one);
  expect(await found('received=2026-02-01T01:00:00%2B01:00')).toEqual(other);
  expect(await found('received=ge0001&received=le9999')).toEqual(both);
  expect(await found('received=ne2026-01,2026-01')).toEqual(both);
  expect(await found('reason=not-utf-8')).toEqual(one);
  expect(await found('reason=not-utf-8,invalid-event')).toEqual(both);
  expect(await found('origin=indexer')).toEqual([]);
  expect(await list('sender=https%3A%2F%2Fidp.example.org')).toEqual({ total: 0, items: [] });
  expect(await total(pipeline.url)).toBe(0);
});

it('poison of the log of events is listed with its place and released under the id that it had', async () => {
  const [stored] = await postBundle(`${pipeline.url}/`, [PAGE_EVENT]);
  const key = stored?.id ?? '';
  const value = Buffer.from(JSON.stringify({ ...PAGE_EVENT, id: key, action: 'D' }));
  const headers = {
    ...{ sender: 'poison', received: '2026-02-03T00:00:00.000Z', 'content-digest': 'd' },
    sha256: digestOf(value),
  };
  const topic = pipeline.environment.AUDITBOX_EVENTS_TOPIC ?? '';
  const broken = { key: eventId(0, Buffer.alloc(10)), value: Buffer.from([0x7b, 0xff]), headers };
  await append(topic, [{ key, value, headers }, broken]);

  const { items } = await listed('sender=poison&origin=indexer', 2);
  const conflict = items.find(({ reason }) => reason === 'other-event-with-this-id');
  const digest = items.find(({ reason }) => reason === 'wrong-digest');
  expect(conflict).toMatchObject({ eventId: conflict?.id, log: { topic, key }, issues: [] });
  expect(digest).toMatchObject({ eventId: broken.key, log: { topic, key: broken.key } });
  expect(await contentOf(conflict?.id ?? '')).toEqual(value);
  expect(await contentOf(digest?.id ?? '')).toEqual(broken.value);
});

it('a release before or after its item, and both again, end in the same item', async () => {
  const value = Buffer.from('{}');
  const [before, after, held] = ['2026-02-04', '2026-02-05', '2026-02-06'].map((day) =>
    item(`${day}T00:00:00.000Z`, value, { sender: 'released' }),
  ) as [QuarantinedItem, QuarantinedItem, QuarantinedItem];

  await quarantine(releaseRecord(before), itemRecord(after, value), itemRecord(held, value));
  await listed('sender=released&state=held', 2);
  expect((await fetch(`${pipeline.url}/quarantine/${before.id}`)).status).toBe(404);
  await quarantine(releaseRecord(after, { corrected: false }), itemRecord(before, value));
  const { items } = await listed('sender=released&state=released', 2);
  const release = { at: '2026-03-01T00:00:00.000Z', by: 'operator' };
  expect(items).toMatchObject([
    { id: after.id, state: 'released', released: { ...release, corrected: false } },
    { id: before.id, state: 'released', released: { ...release, corrected: true } },
  ]);

  const once = await list('sender=released');
  const sentinel = item('2026-02-07T00:00:00.000Z', value, { sender: 'sentinel' });
  await quarantine(
    ...[before, after, held].map((of) => itemRecord(of, value)),
    ...[releaseRecord(before), releaseRecord(after, { corrected: false })],
    ...[held, after, before].map((of) => itemRecord(of, value)),
    itemRecord(sentinel, value),
  );
  await listed('sender=sentinel', 1);
  expect(await list('sender=released')).toEqual(once);
  expect(once.total).toBe(3);
});

it('pages reach every item once, also of one instant', async () => {
  const value = Buffer.alloc(0);
  const items = Array.from({ length: 7 }, (_, n) =>
    item(`2026-02-08T00:00:0${n >> 2}.000Z`, value, { sender: 'paged' }),
  );
  await quarantine(...items.map((of) => itemRecord(of, value)));
  await listed('sender=paged&_count=0', 7);
  const seen: string[] = [];
  let next: string | undefined = `${pipeline.url}/quarantine?sender=paged&_count=3`;
  for (const size of [3, 3, 1]) {
    const { search } = new URL(next ?? '');
    const page = await list(search.slice(1));
    expect([page.total, page.items.length]).toEqual([7, size]);
    seen.push(...page.items.map(({ id }) => id));
    next = page.next;
  }
  expect(next).toBeUndefined();
  const newestFirst = items.toSorted((a, b) => (a.received + a.id < b.received + b.id ? 1 : -1));
  expect(seen).toEqual(newestFirst.map(({ id }) => id));
});

it('what is no record of quarantine is listed as that, whatever its time', async () => {
  const times = ['0001-01-01T00:00:00Z', '1969-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'];
  await quarantine(
    ...times.map((received) => ({ key: 'k', value: Buffer.from('x'), headers: { sender: 'odd', received } })),
    { key: '', value: Buffer.alloc(0), headers: { sender: 'odd', 'quarantine-reason': 'not-json' } },
  );
  const { items } = await listed('sender=odd', 4);
  expect(new Set(items.map(({ reason }) => reason))).toEqual(new Set(['unreadable']));
  for (const { id, bytes } of items) expect((await contentOf(id)).length).toBe(bytes);
});

it('large content is read whole; what is larger than Elasticsearch takes is listed, and the log goes on', async () => {
  const value = Buffer.alloc(8 * MIB, 0xfe);
  const filling = Buffer.alloc(16 * MIB, 0xfe);
  const large = item('2026-02-09T00:00:00.000Z', value, { sender: 'large', reason: 'too-large' });
  const largest = item('2026-02-09T00:00:01.000Z', filling, { sender: 'large', reason: 'too-large' });
  const next = item('2026-02-09T00:00:02.000Z', Buffer.alloc(0), { sender: 'large' });
  await quarantine(itemRecord(large, value));
  await quarantine(itemRecord(largest, filling), itemRecord(next, Buffer.alloc(0)));
  const { items } = await listed('sender=large', 3, 180_000);
  expect(items.map(({ bytes }) => bytes)).toEqual([0, 16 * MIB, 8 * MIB]);
  expect((await contentOf(large.id)).equals(value)).toBe(true);
  // A node of deploy/local has a heap of 1 GiB: see `REJECTIONS_MAX` of the indexer.
  const response = await fetch(`${pipeline.url}/quarantine/${largest.id}/content`);
  expect(response.status).toBe(404);
  expect(JSON.stringify(await response.json())).toContain('topic of quarantine');
});

it('what quarantine itself could not take says where it is', async () => {
  const value = Buffer.alloc(0);
  const log = { topic: 'auditbox.events', partition: 3, offset: '7' };
  const stub = item('2026-02-10T00:00:00.000Z', value, { sender: 'stub', omittedBytes: 20 * MIB, log });
  await quarantine(itemRecord(stub, value));
  const { items } = await listed('sender=stub', 1);
  expect(items[0]).toMatchObject({ bytes: 20 * MIB, log });
  const response = await fetch(`${pipeline.url}/quarantine/${stub.id}/content`);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ resourceType: 'OperationOutcome' });
});

it('an index that is not there holds nothing', async () => {
  await using other = await startPipeline(
    { kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') },
    { indexer: false },
  );
  const response = await fetch(`${other.url}/quarantine`);
  expect(await response.json()).toEqual({ total: 0, items: [] });
  const id = eventId(0, Buffer.alloc(10));
  expect((await fetch(`${other.url}/quarantine/${id}`)).status).toBe(404);
  expect((await fetch(`${other.url}/quarantine/x`)).status).toBe(404);
});

it('nobody corrects what a service of ours has written', async () => {
  const value = Buffer.from('{"resourceType":"AuditEvent"}');
  const own = item('2026-04-01T00:00:00.000Z', value, { sender: 'urn:auditbox|query' });
  await quarantine(itemRecord(own, value));
  await listed(`sender=${encodeURIComponent('urn:auditbox\\|query')}`, 1);
  const correction = JSON.stringify({ ...PAGE_EVENT, id: 'made-up' });
  const response = await post(`${pipeline.url}/quarantine/${own.id}/release`, correction);
  expect(response.status).toBe(409);
  expect(await response.json()).toMatchObject({ issue: [{ code: 'conflict' }] });
});
