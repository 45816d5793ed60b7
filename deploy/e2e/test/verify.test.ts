/**
 * The proof tool on a real pipeline: it finds nothing where nothing is wrong, and each kind of damage, done by hand past all
 * services, it names, with the id and the place.
 */
import { randomBytes } from 'node:crypto';
import { encodeQuarantine, eventId, eventIdMs, loggedItem } from '@auditbox/fhir-core';
import { recordOfStored, STORED_FIELDS } from '@auditbox/indexer/stored-record';
import { toDocumentAgain } from '@auditbox/indexer/to-document';
// biome-ignore lint/style/noRestrictedImports: not the product's client, an operator's tool
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { postBundle } from '../src/client.ts';
import { PAGE_EVENT } from '../src/events.ts';
import { eventually } from '../src/eventually.ts';
import { generatedEvent, uuidV7 } from '../src/generated-events.ts';
import { type Environment, type Pipeline, startPipeline } from '../src/pipeline.ts';
import {
  append,
  digestOf,
  elastic,
  equal,
  given,
  record,
  runVerify,
  verified,
} from '../src/verify-pipeline.ts';

const EVENTS = 40;

let pipeline: Pipeline;
let environment: Environment;
let ids: string[];
let index: string;

beforeAll(async () => {
  pipeline = await startPipeline({
    kafkaBrokers: inject('kafkaBrokers'),
    elasticUri: inject('elasticUri'),
  });
  environment = pipeline.environment;
  const events = Array.from({ length: EVENTS }, (_, n) => generatedEvent({ sender: 's', key: `${n}` }));
  ids = (await postBundle(`${pipeline.url}/`, events)).map(({ id }) => id);
  await equal(environment);
  const { hits } = (await elastic(environment, 'GET', `${prefix()}-20*/_search?size=1`)) as Hits;
  index = hits.hits[0]?._index ?? '';
});
afterAll(async () => {
  await pipeline?.[Symbol.asyncDispose]();
});

type Hits = {
  readonly hits: { readonly hits: readonly { readonly _index: string; readonly _id: string }[] };
};
type Document = { readonly _source: Readonly<Record<string, unknown>> };

const prefix = () => environment.AUDITBOX_INDEX_PREFIX ?? '';
const topic = () => environment.AUDITBOX_EVENTS_TOPIC ?? '';
const nth = (n: number) => ids[n] ?? '';
/** What the indexer wrote: what of it is only indexed is made again. */
const documentOf = async (id: string): Promise<Document['_source']> => {
  const { _source } = (await elastic(environment, 'GET', `${index}/_doc/${id}`)) as Partial<Document>;
  const was = _source && recordOfStored({ id, source: _source }, digestOf);
  const made = was && 'record' in was ? toDocumentAgain(was.record, digestOf) : undefined;
  return made && 'document' in made ? JSON.parse(made.document.source.toString()) : (undefined as never);
};
/** What can be read of a document. */
const keptOf = (source: Document['_source']) =>
  Object.fromEntries(Object.entries(source).filter(([field]) => STORED_FIELDS.includes(field)));
const write = (into: string, id: string, source: unknown) =>
  elastic(environment, 'PUT', `${into}/_doc/${id}?refresh=true`, source);
const remove = (from: string, id: string) =>
  elastic(environment, 'DELETE', `${from}/_doc/${id}?refresh=true`);

/** What verifying finds while something is wrong, which is put right again. */
async function whileWrong(damage: () => Promise<unknown>, mend: () => Promise<unknown>) {
  await damage();
  try {
    return await verified(environment);
  } finally {
    await mend();
  }
}

describe('a store without a fault', () => {
  it('is clean: every record is stored once', async () => {
    const report = await verified(environment);
    expect(given(report)).toEqual({ stored: EVENTS });
    expect(report).toMatchObject({
      isClean: true,
      isComplete: true,
      isWhole: true,
      records: EVENTS,
      documents: EVENTS,
    });
    expect(report).toMatchObject({ ids: EVENTS, differences: [], documentsBeyondLog: 0, notes: [] });
  });

  it('ends with status 0 as a process, and says so for people and for programs', async () => {
    const told = await runVerify(environment);
    expect(told).toMatchObject({ status: 0, errors: '' });
    expect(told.output).toMatch(
      /^40 records of 12 partitions, 40 documents.*40 {2}stored.*\nNo difference\.\n$/s,
    );
    const json = await runVerify(environment, '--json', '--wait', '30');
    expect(json.status).toBe(0);
    expect(JSON.parse(json.output)).toMatchObject({
      isClean: true,
      verdicts: { stored: EVENTS, waiting: 0 },
    });
  });
});

describe('each kind of damage is found and named, and status 1', () => {
  it('a document that was deleted is missing', async () => {
    const source = await documentOf(nth(0));
    const report = await whileWrong(
      () => remove(index, nth(0)),
      () => write(index, nth(0), source),
    );
    expect(given(report)).toEqual({ stored: EVENTS - 1, missing: 1 });
    expect(report.differences).toEqual([
      { verdict: 'missing', place: expect.stringMatching(`^${topic()}/\\d+@\\d+$`), id: nth(0), index },
    ]);
  });

  it.each([
    [
      'event',
      (source: Document['_source']) => ({ ...source, event: String(source.event).replace('EHR', 'EHr') }),
    ],
    ['envelope', (source: Document['_source']) => ({ ...source, received: '2026-01-01T00:00:00.000Z' })],
    ['projection', (source: Document['_source']) => ({ ...source, projected: '0123456789ab' })],
    // Somebody wrote again what can be read of it: it is found by nothing any more.
    ['projection', (source: Document['_source']) => keptOf(source)],
  ] as const)('a document whose %s differs is changed', async (part, change) => {
    const source = await documentOf(nth(1));
    const report = await whileWrong(
      () => write(index, nth(1), change(source)),
      () => write(index, nth(1), source),
    );
    expect(given(report)).toEqual({ stored: EVENTS - 1, changed: 1 });
    expect(report.differences).toEqual([
      { verdict: 'changed', place: expect.any(String), id: nth(1), index, part },
    ]);
  });

  it('a document that was written again with its fields in another order is as it was', async () => {
    const source = await documentOf(nth(1));
    const report = await whileWrong(
      () => write(index, nth(1), Object.fromEntries(Object.entries(source).reverse())),
      () => write(index, nth(1), source),
    );
    expect(given(report)).toEqual({ stored: EVENTS });
  });

  it('a document that is in another month as well is doubled, and in that alone misplaced', async () => {
    const source = await documentOf(nth(2));
    // One that no release makes: nothing keeps anybody from writing there, and searches would find it.
    const other = `${prefix()}-2011.01`;
    const doubled = await whileWrong(
      () => write(other, nth(2), source),
      async () => {},
    );
    expect(given(doubled)).toEqual({ stored: EVENTS, doubled: 1 });
    expect(doubled.differences).toEqual([{ verdict: 'doubled', id: nth(2), index: other }]);
    const misplaced = await whileWrong(
      () => remove(index, nth(2)),
      async () => {
        await write(index, nth(2), source);
        await elastic(environment, 'DELETE', other);
      },
    );
    expect(given(misplaced)).toEqual({ stored: EVENTS - 1, misplaced: 1 });
    expect(misplaced.differences).toMatchObject([{ verdict: 'misplaced', id: nth(2), index: other }]);
  });

  it('a document that nobody sent is surplus, also one whose id is none', async () => {
    const id = eventId(Date.UTC(2026, 8, 30), Buffer.from(digestOf('nobody'), 'hex'));
    const source = await documentOf(nth(3));
    const report = await whileWrong(
      async () => {
        await write(index, id, source);
        await write(index, 'a', source);
      },
      async () => {
        await remove(index, id);
        await remove(index, 'a');
      },
    );
    expect(given(report)).toEqual({ stored: EVENTS, surplus: 2 });
    expect(report.differences).toEqual(
      expect.arrayContaining([
        { verdict: 'surplus', id, index },
        { verdict: 'surplus', index },
      ]),
    );
  });

  it('documents that no search finds are unread: the alias of their month is gone', async () => {
    const name = index.replace(/-v\d+-/, '-');
    const report = await whileWrong(
      () => elastic(environment, 'DELETE', `${index}/_alias/${name}`),
      () => elastic(environment, 'PUT', `${index}/_alias/${name}`),
    );
    expect(given(report)).toEqual({ stored: EVENTS, unread: EVENTS });
    expect(report.differences).toEqual([{ verdict: 'unread', index }]);
  });

  it('a process ends with 1, and repair writes what is missing and nothing else', async () => {
    const [missing, changed] = [await documentOf(nth(4)), await documentOf(nth(5))];
    await remove(index, nth(4));
    await write(index, nth(5), keptOf(changed));
    const told = await runVerify(environment);
    expect(told.status).toBe(1);
    expect(told.output).toContain(nth(4));
    expect(told.output).toContain('NOT EQUAL: 2 differences.');

    const repaired = await runVerify(environment, '--repair');
    expect(repaired.status).toBe(1);
    expect(repaired.output).toContain('1 missing documents were written: verify again.');
    expect(await documentOf(nth(4))).toEqual(missing);
    expect(given(await verified(environment))).toEqual({ stored: EVENTS - 1, changed: 1 });
    await write(index, nth(5), changed);
    await equal(environment);
  });
});

describe('a part of the log', () => {
  it('by offsets and by time is judged by its own records alone', async () => {
    const whole = await verified(environment);
    const partition = whole.partitions.find(({ start, end }) => end - start >= 4n)?.partition ?? -1;
    const offsets = new Map([[partition, { from: 1n, to: 4n }]]);
    const part = await verified(environment, { range: { offsets } });
    expect(part).toMatchObject({ isClean: true, isWhole: false, records: 3, documents: EVENTS });
    expect(part.partitions).toMatchObject([{ partition, start: 1n, end: 4n }]);
    const now = Date.now();
    expect(await verified(environment, { range: { fromMs: now } })).toMatchObject({
      records: 0,
      isClean: true,
    });
    expect(await verified(environment, { range: { toMs: now } })).toMatchObject({ records: EVENTS });
    const asked = await runVerify(environment, '--offsets', `${partition}:1-3`, '--json');
    expect(JSON.parse(asked.output)).toMatchObject({ records: 2, isWhole: false });
  });

  it('a range that can not be read is refused with status 2, and nothing is said to be proven', async () => {
    const told = await runVerify(environment, '--from', 'yesterday');
    expect(told).toMatchObject({ status: 2, output: '' });
    expect(told.errors).toMatch(/^verify: --from [^\n]+\.\n$/);
    const unknown = await runVerify(environment, '--offsets', '99:0-100');
    expect(unknown).toMatchObject({ status: 2, output: '' });
    expect(unknown.errors).toBe(
      'verify: The log of events has no partition 99: it has 12, from 0 on. Nothing is proven.\n',
    );
  });

  it('that the log does not have is no proof, and status 4', async () => {
    const { partition, logEnd } = (await verified(environment)).partitions.find(({ end }) => end > 0n)!;
    const beyond = await runVerify(environment, '--json', '--offsets', `${partition}:0-${logEnd + 3n}`);
    expect(beyond.status).toBe(4);
    expect(JSON.parse(beyond.output)).toMatchObject({
      ...{ isClean: true, incomplete: ['unread'], unread: 3, records: Number(logEnd) },
      notes: [`3 offsets that were asked for of ${topic()}/${partition} are not in the log yet.`],
    });
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const future = await runVerify(environment, '--from', tomorrow);
    expect(future.status).toBe(4);
    expect(future.output).toContain('not everything could be judged: the range holds no record.');
  });
});

describe('what can not be read proves nothing, and status 3', () => {
  it('Kafka is away', async () => {
    const told = await runVerify({ ...environment, KAFKA_BROKERS: '127.0.0.1:1' });
    expect(told).toMatchObject({ status: 3, output: '' });
    expect(told.errors).toMatch(/Kafka can't be read \(unreachable\).*Nothing is proven\./);
  });

  it('Elasticsearch is away', async () => {
    const told = await runVerify({ ...environment, ELASTIC_URI: 'http://127.0.0.1:1' });
    expect(told).toMatchObject({ status: 3, output: '' });
    expect(told.errors).toMatch(
      /Elasticsearch can't be read \(elasticsearch-unreachable\)\. Nothing is proven\./,
    );
  });

  it('the topic is not there', async () => {
    const told = await runVerify({ ...environment, AUDITBOX_EVENTS_TOPIC: 'no-such-topic' });
    expect(told).toMatchObject({ status: 3, output: '' });
    expect(told.errors).toContain('topic-missing');
  });
});

describe('what was not judged is no proof, and status 4', () => {
  it('of a group that has committed nothing', async () => {
    const nobody = { ...environment, AUDITBOX_INDEXER_GROUP: 'nobody' };
    const id = nth(0);
    const source = await documentOf(id);
    await remove(index, id);
    const told = await runVerify(nobody, '--json', '--wait', '0');
    const waited = await runVerify(nobody, '--wait', '1');
    await write(index, id, source);
    expect(told.status).toBe(4);
    expect(JSON.parse(told.output)).toMatchObject({
      ...{ isClean: true, isComplete: false, incomplete: ['waiting', 'no-offsets'] },
      verdicts: { waiting: 1 },
      notes: expect.arrayContaining([expect.stringContaining('has committed nothing')]),
    });
    expect(waited.status).toBe(4);
    expect(waited.output).toContain('not everything could be judged');
  });

  it('behind an open transaction', async () => {
    const { partitions } = await verified(environment);
    const partition = partitions.find(({ end }) => end > 0n)?.partition ?? 0;
    const producer = kafka().producer({
      ...{ transactionalId: topic(), idempotent: true, maxInFlightRequests: 1 },
      createPartitioner: () => () => partition,
    });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({ topic: topic(), messages: [{ key: 'x', value: 'x' }] });
    try {
      const report = await verified(environment);
      expect(given(report)).toEqual({ stored: EVENTS });
      expect(report).toMatchObject({ isClean: true, isComplete: false, incomplete: ['unread'], unread: 1 });
    } finally {
      await transaction.abort();
      await producer.disconnect();
    }
    const after = await eventually(
      'it is decided',
      () => verified(environment),
      ({ isComplete }) => isComplete,
    );
    expect(after).toMatchObject({ isClean: true, unread: 0 });
  });

  it('while the rebuild of this generation is not done: what it lacks is not missing', async () => {
    const months = `${prefix()}-months/_doc/generation`;
    const { _source } = (await elastic(environment, 'GET', months)) as unknown as Document;
    const id = nth(0);
    const source = await documentOf(id);
    const older = { ..._source, projection: Number(_source.projection) - 1 };
    await elastic(environment, 'PUT', `${months}?refresh=true`, older);
    const report = await whileWrong(
      () => remove(index, id),
      async () => {
        await write(index, id, source);
        await elastic(environment, 'PUT', `${months}?refresh=true`, _source);
      },
    );
    expect(given(report)).toEqual({ stored: EVENTS - 1, unproven: 1 });
    expect(report).toMatchObject({ isClean: true, isComplete: false, incomplete: ['other-generation'] });
  });
});

describe('a month that was dropped', () => {
  it('has records without documents, and any document of it is surplus', async () => {
    await elastic(environment, 'PUT', `${prefix()}-months/_create/2011.03?refresh=true`, {
      // After what is sent now was received.
      ...{ state: 'dropped', at: '2099-01-01T00:00:00Z' },
    });
    const recorded = '2011-03-05T12:00:00Z';
    const [event] = await postBundle(`${pipeline.url}/`, [{ ...PAGE_EVENT, recorded }]);
    const report = await equal(environment);
    expect(given(report)).toEqual({ stored: EVENTS, 'dropped-month': 1 });

    const dropped = index.replace(/[^-]+$/, '2011.03');
    const mapping = (await elastic(environment, 'GET', `${index}/_mapping`))[index];
    await elastic(environment, 'PUT', dropped, mapping);
    const id = event?.id ?? '';
    const there = await whileWrong(
      async () => write(dropped, id, await documentOf(nth(7))),
      () => elastic(environment, 'DELETE', dropped),
    );
    expect(given(there)).toEqual({ stored: EVENTS, 'dropped-month': 1, surplus: 1, unread: 1 });
    expect(there.differences).toContainEqual({ verdict: 'surplus', id, index: dropped });
  });

  it('before an event was taken has that event in quarantine, or it is missing', async () => {
    const month = `${prefix()}-months/_doc/2011.03?refresh=true`;
    const dropped = (at: string) => elastic(environment, 'PUT', month, { state: 'dropped', at });
    const report = await whileWrong(
      () => dropped('2020-01-01T00:00:00Z'),
      () => dropped('2099-01-01T00:00:00Z'),
    );
    expect(given(report)).toEqual({ stored: EVENTS, missing: 1 });
    expect(report.differences).toMatchObject([{ verdict: 'missing', id: expect.any(String) }]);
  });
});

describe('what was sent again, and what is no event', () => {
  it('a Bundle that was sent three times is stored once and repeated twice', async () => {
    const events = Array.from({ length: 10 }, (_, n) =>
      generatedEvent({ sender: 'again', key: `again-${n}`, id: uuidV7() }),
    );
    for (let turn = 0; turn < 3; turn++) await postBundle(`${pipeline.url}/`, events);
    const report = await equal(environment);
    expect(report.verdicts).toMatchObject({ stored: EVENTS + 10, repeat: 20 });
    expect(report.ids).toBe(EVENTS + 10);
  });

  it('a repeat whose stored copy is outside the range is one all the same, unless its document was changed', async () => {
    const event = generatedEvent({ sender: 'apart', key: 'apart', id: uuidV7() });
    const [first] = await postBundle(`${pipeline.url}/`, [event]);
    await equal(environment);
    const fromMs = Date.now();
    await postBundle(`${pipeline.url}/`, [event]);
    await equal(environment);
    const part = () => verified(environment, { range: { fromMs } });
    expect(await part()).toMatchObject({ isClean: true, records: 1, verdicts: { repeat: 1 } });
    const id = first?.id ?? '';
    const source = await documentOf(id);
    const changed = { ...source, event: String(source.event).replace('EHR', 'EHr') };
    await write(index, id, changed);
    expect((await part()).differences).toMatchObject([{ verdict: 'changed', id, part: 'event' }]);
    await write(index, id, source);
  });

  it('poison and another event under a taken id are quarantined', async () => {
    const notJson = Buffer.from('{"resourceType":');
    const other = Buffer.from(JSON.stringify({ ...PAGE_EVENT, id: nth(6), action: 'D' }));
    await append(environment, topic(), [
      record('a', notJson),
      { key: 'b', value: notJson, headers: {} },
      record(nth(6), other),
    ]);
    const report = await equal(environment);
    expect(given(report)).toMatchObject({ stored: EVENTS + 11, quarantined: 3 });
    expect(report.quarantineRecords).toBe(3);
  });

  it('an item that its index does not list is named', async () => {
    const listed = environment.AUDITBOX_QUARANTINE_INDEX ?? '';
    const { hits } = (await elastic(environment, 'GET', `${listed}/_search?size=1`)) as Hits;
    const id = hits.hits[0]?._id ?? '';
    const { _source } = (await elastic(environment, 'GET', `${listed}/_doc/${id}`)) as unknown as Document;
    const report = await whileWrong(
      () => remove(listed, id),
      () => write(listed, id, _source),
    );
    expect(report.verdicts).toMatchObject({ quarantined: 3, unlisted: 1 });
    expect(report.differences).toMatchObject([{ verdict: 'unlisted', id, index: listed }]);
  });

  it('an event in quarantine that is stored, and an item whose place holds no record, do not belong there', async () => {
    const before = await verified(environment);
    const { partition } = before.partitions.find(({ end }) => end > 0n) ?? { partition: -1 };
    const items = ['0', '4'].map((offset) =>
      loggedItem({
        reason: 'not-json',
        log: { topic: topic(), partition, offset },
        headers: {},
        sha256: digestOf(''),
        timestampMs: 0,
      }),
    );
    await append(
      environment,
      environment.AUDITBOX_QUARANTINE_TOPIC ?? '',
      items.map((item) => ({ key: item.id, value: Buffer.alloc(0), headers: encodeQuarantine(item) })),
    );
    const report = await verified(environment);
    expect(report.verdicts).toMatchObject({ 'wrongly-quarantined': 2 });
    expect(report.isClean).toBe(false);
    // The same item once more is the same; another item of its place is one too many.
    const [item] = items;
    if (item === undefined) throw new Error('no item');
    const rival = { ...item, id: eventId(0, Buffer.from(digestOf('rival'), 'hex')) };
    await append(
      environment,
      environment.AUDITBOX_QUARANTINE_TOPIC ?? '',
      [item, rival].map((one) => ({ key: one.id, value: Buffer.alloc(0), headers: encodeQuarantine(one) })),
    );
    expect((await verified(environment)).verdicts).toMatchObject({ 'wrongly-quarantined': 3 });
  });
});

describe('a log that has deleted records', () => {
  it('does not vouch for a document that the copy it still has could not have beside it', async () => {
    const event = generatedEvent({ sender: 'gone', key: 'gone', id: uuidV7() });
    const [first] = await postBundle(`${pipeline.url}/`, [event]);
    const id = first?.id ?? '';
    const source = await eventually(
      'it is stored',
      () => documentOf(id),
      (found) => found !== undefined,
    );
    const { partitions } = await verified(environment);
    await postBundle(`${pipeline.url}/`, [event]);
    await deleteRecords(new Map(partitions.map(({ partition, logEnd }) => [partition, logEnd])));

    const left = await verified(environment);
    // Every partition but the copy's is empty, long before its time: who deleted what nobody can tell.
    expect(left).toMatchObject({ isClean: true, records: 1, documents: EVENTS + 12 });
    expect(left.verdicts.changed).toBe(0);
    const changed = { ...source, received_from: 'another' };
    const report = await whileWrong(
      () => write(index, id, changed),
      () => write(index, id, source),
    );
    expect(report.differences).toMatchObject([{ verdict: 'changed', id }]);
  });

  it('is not proven to have been read by a group that has committed nothing', async () => {
    const { partitions } = await verified(environment);
    const groups = { events: 'nobody', quarantine: 'nobody' };
    const report = await verified(environment, { groups });
    expect(partitions.some(({ logStart }) => logStart > 0n)).toBe(true);
    expect(report).toMatchObject({ isClean: true, isComplete: false });
    expect(report.incomplete).toContain('no-offsets');
  });
});

it('an event that a release before took, and this one would not, is what was stored then, or missing', async () => {
  // Of the month whose index is there.
  const id = eventId(eventIdMs(nth(0)), randomBytes(32));
  const sent = record(id, Buffer.from(JSON.stringify({ ...PAGE_EVENT, id, action: 'X' })));
  await append(environment, topic(), [sent]);
  const admin = kafka().admin();
  await admin.connect();
  const none = `${topic()}-none`;
  await admin.createTopics({ topics: [{ topic: none, numPartitions: 1 }] });
  await admin.disconnect();
  // As if no release had put it into quarantine.
  const judged = async () => {
    const { differences } = await verified(environment, { quarantineTopic: none });
    return differences.filter(({ verdict, place }) => verdict !== 'surplus' && place?.startsWith(topic()));
  };
  const before = toDocumentAgain(sent, digestOf);
  if (!('document' in before)) throw new Error('not even a release before would have taken it');
  expect(await judged()).toMatchObject([{ verdict: 'missing' }]);
  await write(index, id, JSON.parse(before.document.source.toString()));
  expect(await judged()).toEqual([]);
});

function kafka(): kafkajs.Kafka {
  const brokers = (environment.KAFKA_BROKERS ?? '').split(',');
  return new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING });
}

/** All records below these offsets. */
async function deleteRecords(below: ReadonlyMap<number, bigint>): Promise<void> {
  const admin = kafka().admin();
  await admin.connect();
  try {
    // kafkajs deletes only in topics that it has looked at before.
    await admin.fetchTopicOffsets(topic());
    const partitions = [...below].map(([partition, offset]) => ({ partition, offset: `${offset}` }));
    await admin.deleteTopicRecords({ topic: topic(), partitions });
  } finally {
    await admin.disconnect();
  }
}
