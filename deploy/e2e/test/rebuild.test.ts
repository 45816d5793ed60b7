/**
 * A release whose indices are not those of the one before builds its own beside them, while events come and replicas die,
 * and lets them be read once they lack nothing.
 */
import type { ReceivedRecord } from '@auditbox/event-log';
import { monthName, PROJECTION_VERSION, writtenIndex } from '@auditbox/fhir-core';
import { toDocument } from '@auditbox/indexer/to-document';
import { describe, expect, inject, it } from 'vitest';
import { postBundle, type Resource, search, total } from '../src/client.ts';
import { PAGE_EVENT } from '../src/events.ts';
import { eventually } from '../src/eventually.ts';
import { askElastic, OLDER_PROJECTION, sha256, startOlderRelease } from '../src/older-release.ts';
import { type Environment, startPipeline } from '../src/pipeline.ts';
import { startService } from '../src/service-process.ts';
import { topicRecords } from '../src/stored-events.ts';

const parts = { kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') };

/** Events that are there before the upgrade. */
const BEFORE = 1800;
const BUNDLE_EVENTS = 100;
const MONTHS = ['2026.01', '2026.02', '2026.03'];
/** A month then takes three seconds and more to copy, so that a replica can be killed in the middle. */
const SLOW = { AUDITBOX_REBUILD_EVENTS_PER_SECOND_MAX: '200' };

const UPGRADE_MS_MAX = 150_000;
/** Of the whole upgrade: its steps have deadlines of their own. */
const WHOLE_MS_MAX = 600_000;

let made = 0;
/** Events of the months in turn; every third has an id of its sender's. */
const newEvents = (count: number) =>
  Array.from({ length: count }, () => {
    const i = made++;
    const recorded = new Date(Date.UTC(2026, i % MONTHS.length, 1) + i * 1000).toISOString();
    const own = i % 3 === 0 ? { id: `sent-${i}`, meta: { versionId: '7' } } : {};
    return { ...PAGE_EVENT, ...own, recorded };
  });

async function post(url: string, count: number): Promise<readonly Resource[]> {
  const stored: Resource[] = [];
  for (let left = count; left > 0; left -= BUNDLE_EVENTS) {
    stored.push(...(await postBundle(`${url}/`, newEvents(Math.min(left, BUNDLE_EVENTS)))));
  }
  return stored;
}

/** Of what is read, whoever's it is. Rejects where it meets an index that is deleted meanwhile: that counts only a part. */
async function countRead(environment: Environment): Promise<number> {
  const names = `${environment.AUDITBOX_INDEX_PREFIX}-20*`;
  type Counted = { readonly count: number; readonly _shards: { readonly failed: number } };
  const { count, _shards } = await askElastic<Counted>(environment, 'GET', `${names}/_count`);
  if (_shards.failed > 0) throw new Error(`${_shards.failed} shards did not count`);
  return count;
}

async function generationOf(environment: Environment): Promise<number | undefined> {
  const url = `${environment.ELASTIC_URI}/${environment.AUDITBOX_INDEX_PREFIX}-months/_doc/generation`;
  const { _source } = (await (await fetch(url)).json()) as { _source?: { projection: number } };
  return _source?.projection;
}

/** The indices that each month is read from. */
async function readFrom(environment: Environment): Promise<Record<string, string[]>> {
  const prefix = environment.AUDITBOX_INDEX_PREFIX ?? '';
  const found: Record<string, string[]> = {};
  for (const month of MONTHS) {
    const name = monthName(month, prefix);
    const indices = await askElastic<object>(environment, 'GET', `${name}/_alias?ignore_unavailable=true`);
    found[month] = Object.keys(indices);
  }
  return found;
}

const own = (environment: Environment) =>
  Object.fromEntries(
    MONTHS.map((month) => [month, [writtenIndex(month, environment.AUDITBOX_INDEX_PREFIX ?? '')]]),
  );

async function readiness(queryUrl: string): Promise<unknown> {
  return await (await fetch(`${queryUrl}/readyz`)).json();
}

/** What is stored of a record is what this release makes of it, to the letter. */
async function expectStored(environment: Environment, records: readonly ReceivedRecord[]): Promise<void> {
  const prefix = environment.AUDITBOX_INDEX_PREFIX ?? '';
  for (let at = 0; at < records.length; at += 500) {
    const documents = records.slice(at, at + 500).map((record) => {
      const became = toDocument(record, sha256);
      if (!('document' in became)) throw new Error(became.unindexable);
      return became.document;
    });
    const docs = documents.map(({ id, month }) => ({ _index: writtenIndex(month, prefix), _id: id }));
    const answer = await askElastic<{ docs: { _source?: unknown }[] }>(environment, 'POST', '_mget', {
      docs,
    });
    expect(answer.docs.map(({ _source }) => _source)).toEqual(
      documents.map(({ source }) => JSON.parse(source.toString())),
    );
  }
}

describe('an upgrade whose indices are new', () => {
  it(
    'loses and doubles nothing: what came before, during and after it is read, also where the copying replica is killed',
    async () => {
      await using pipeline = await startPipeline(parts, { indexer: false });
      const environment: Environment = { ...pipeline.environment, ...SLOW };
      await using older = await startOlderRelease(environment, 'plain');
      const acknowledged = [...(await post(pipeline.url, BEFORE))];
      const before = acknowledged.map(({ id }) => id);
      await eventually(
        'the older release has stored them',
        () => countRead(environment),
        (count) => count === BEFORE,
        60_000,
      );
      await eventually(
        'query waits for the rebuild',
        () => readiness(pipeline.queryUrl),
        (said) => JSON.stringify(said).includes('other-projection'),
      );
      expect((await fetch(`${pipeline.url}/AuditEvent`)).status).toBe(500);

      let isOver = false;
      // Each is read before the next ones are sent, whichever release stores it for whichever generation is read.
      const sending = (async () => {
        while (!isOver) {
          const sent = await post(pipeline.url, 5);
          acknowledged.push(...sent);
          await eventually(
            'what was sent in between can be read',
            async () => (await fetch(`${pipeline.url}/AuditEvent/${sent[0]?.id}`)).status,
            (status) => status === 200,
          );
        }
      })();
      // At every moment, before the switch and after it: what was there is there.
      const missed: string[] = [];
      let looks = 0;
      const watching = (async () => {
        for (; !isOver; looks++) {
          const id = before[(looks * 7) % before.length] ?? '';
          const { status } = await fetch(`${pipeline.url}/AuditEvent/${id}`);
          if (status !== 200) missed.push(`${id}: ${status}`);
          // The switch deletes the older indices, and a count may be on its way: it says nothing then.
          const count = await countRead(environment).catch(() => undefined);
          if (count !== undefined && count < BEFORE) missed.push(`only ${count}`);
        }
      })();
      try {
        await using starting = new AsyncDisposableStack();
        const both = await Promise.allSettled(
          [1, 2].map(async () => starting.use(await startService('indexer', environment))),
        );
        const replicas = both.map((started) => {
          if (started.status === 'rejected') throw started.reason;
          return started.value;
        });
        const copying = await eventually(
          'a month is copied',
          async () => replicas.find((replica) => replica.output().includes('stored events are copied')),
          (found) => found !== undefined,
          UPGRADE_MS_MAX,
        );
        await copying?.end('SIGKILL');
        expect(await generationOf(environment)).not.toBe(PROJECTION_VERSION);
        const survivor = replicas.find((replica) => replica !== copying);
        await eventually(
          'the other one has ended it',
          async () => survivor?.output() ?? '',
          (output) => output.includes('the rebuilt indices are read'),
          UPGRADE_MS_MAX,
        );
        expect(survivor?.output().match(/stored events are copied/g)?.length).toBeLessThanOrEqual(
          MONTHS.length,
        );
        await eventually(
          'query is ready',
          () => readiness(pipeline.queryUrl),
          (said) => JSON.stringify(said).includes('"ready":true'),
        );
        const refusedAtSwitch = older.refused();
        acknowledged.push(...(await post(pipeline.url, 100)));
        await eventually(
          'the older release can write no more',
          async () => older.refused(),
          (refused) => refused > refusedAtSwitch,
        );
        isOver = true;
        await Promise.all([sending, watching]);
        const distinct = new Set(acknowledged.map(({ id }) => id));
        expect(distinct.size).toBe(acknowledged.length);
        await eventually(
          'all are found',
          () => total(pipeline.url),
          (found) => found === distinct.size,
          60_000,
        );
      } finally {
        isOver = true;
        await Promise.all([sending, watching]);
      }
      expect({ missed, looked: looks > 0 }).toEqual({ missed: [], looked: true });
      expect(await readFrom(environment)).toEqual(own(environment));
      const records = await topicRecords(environment, environment.AUDITBOX_EVENTS_TOPIC ?? '');
      expect(records).toHaveLength(acknowledged.length);
      await expectStored(environment, records);
      expect((await search(pipeline.url, 'sender-id=sent-0&sender=anonymous')).total).toBe(1);
    },
    WHOLE_MS_MAX,
  );

  it('stops at a document that is damaged, waits for a month that is closed, and goes on once all is mended; until then what was read is read', async () => {
    await using pipeline = await startPipeline(parts, { indexer: false });
    const { environment, url } = pipeline;
    const prefix = environment.AUDITBOX_INDEX_PREFIX ?? '';
    const months = `${prefix}-months`;
    const stored = await (async () => {
      await using _older = await startOlderRelease(environment, 'aliased');
      const posted = await post(url, 30);
      await eventually(
        'the older release has stored them',
        () => countRead(environment),
        (count) => count === 30,
      );
      return posted;
    })();
    // Its retention ended in the middle of all this.
    await askElastic(environment, 'PUT', `${months}/_create/2026.03`, { state: 'dropped' });
    const damaged = stored.find(({ recorded }) => String(recorded).startsWith('2026-02'))?.id ?? '';
    const olderOf = (month: string) => writtenIndex(month, prefix, OLDER_PROJECTION);
    await askElastic(environment, 'POST', `${olderOf('2026.02')}/_update/${damaged}?refresh=true`, {
      doc: { event: '{"resourceType":"AuditEvent"}' },
    });
    const asBefore = await readFrom(environment);

    await using indexer = await startService('indexer', environment);
    await eventually(
      'it has stopped',
      async () => indexer.output(),
      (output) => output.includes('the rebuild has stopped'),
      UPGRADE_MS_MAX,
    );
    const errors = indexer
      .output()
      .split('\n')
      .filter((line) => line.includes('"level":"error"'))
      .map((line) => JSON.parse(line) as object);
    expect(errors).toMatchObject([
      { index: olderOf('2026.02'), id: damaged, reason: 'wrong-size' },
      { reason: 'damaged-documents', events: 1 },
    ]);
    expect(await readFrom(environment)).toEqual(asBefore);
    expect(await generationOf(environment)).toBe(OLDER_PROJECTION);
    expect((await fetch(`${url}/AuditEvent/${stored[0]?.id}`)).status).toBe(200);
    await indexer.end('SIGTERM');

    await askElastic(environment, 'DELETE', `${olderOf('2026.02')}/_doc/${damaged}`);
    // What nobody can read is not left out either.
    await askElastic(environment, 'POST', `${olderOf('2026.02')}/_close`);
    await using again = await startService('indexer', environment);
    await eventually(
      'it waits',
      async () => again.output(),
      (output) => output.includes('the rebuild waits'),
    );
    expect(await generationOf(environment)).toBe(OLDER_PROJECTION);
    await askElastic(environment, 'POST', `${olderOf('2026.02')}/_open`);
    await eventually(
      'it has ended',
      async () => again.output(),
      (output) => output.includes('the rebuilt indices are read'),
      UPGRADE_MS_MAX,
    );
    const { '2026.03': dropped, ...kept } = await readFrom(environment);
    expect(dropped).toEqual([]);
    expect(kept).toEqual({
      '2026.01': [writtenIndex('2026.01', prefix)],
      '2026.02': [writtenIndex('2026.02', prefix)],
    });
    await eventually(
      'what is left is found',
      () => total(url),
      (found) => found === 19,
    );
    // For a way back, and for an operator to delete.
    expect((await fetch(`${environment.ELASTIC_URI}/${olderOf('2026.01')}`)).status).toBe(200);
  });
});

it('a field that came with a release is in every index before its first write there, also in one that is met later', async () => {
  await using pipeline = await startPipeline(parts);
  const { environment, url } = pipeline;
  const prefix = environment.AUDITBOX_INDEX_PREFIX ?? '';
  await post(url, 1);
  await eventually(
    'it is found',
    () => total(url),
    (found) => found === 1,
  );
  const [first] = Object.values(await readFrom(environment)).flat();
  const index = await askElastic<Record<string, { mappings: { properties: Record<string, object> } }>>(
    environment,
    'GET',
    `${first}/_mapping`,
  );
  const { mappings } = index[first ?? ''] ?? { mappings: { properties: {} } };
  const { received_from: newer, ...properties } = mappings.properties;
  expect(newer).toBeDefined();
  const makeOlder = async (month: string): Promise<void> => {
    // It would add what is missing.
    await askElastic(environment, 'DELETE', `_index_template/${prefix}-v${PROJECTION_VERSION}`);
    await askElastic(environment, 'PUT', writtenIndex(month, prefix), {
      settings: { number_of_replicas: 0 },
      mappings: { ...mappings, properties },
      aliases: { [monthName(month, prefix)]: { is_write_index: false } },
    });
  };
  const fieldsOf = async (month: string) => {
    const name = writtenIndex(month, prefix);
    const found = await askElastic<typeof index>(environment, 'GET', `${name}/_mapping`);
    return Object.keys(found[name]?.mappings.properties ?? {});
  };
  const inMonth = (month: string) => ({ ...PAGE_EVENT, recorded: `${month.replace('.', '-')}-15T00:00:00Z` });

  await makeOlder('2019.01');
  await using _restarted = await startService('indexer', environment);
  expect(await fieldsOf('2019.01')).toContain('received_from');
  await makeOlder('2019.02');
  expect(await fieldsOf('2019.02')).not.toContain('received_from');
  await postBundle(`${url}/`, [inMonth('2019.01'), inMonth('2019.02')]);
  await eventually(
    'both are found',
    () => total(url),
    (found) => found === 3,
  );
  expect(await fieldsOf('2019.02')).toContain('received_from');
});
