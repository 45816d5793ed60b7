/**
 * The end of events, on the real parts: an operator turns retention on, what is past goes and nothing else, what is held
 * stays, and whatever is sent or delivered again does not bring it back.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openLogWriter } from '@auditbox/event-log';
import { type Gateway, startGateway } from '@auditbox/gateway';
import { readConfig as readGatewayConfig } from '@auditbox/gateway/config';
import { startIndexer } from '@auditbox/indexer';
import { readConfig as readIndexerConfig } from '@auditbox/indexer/config';
import { createLogger } from '@auditbox/service-kit';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { post, postBundle, total } from '../src/client.ts';
import { PAGE_EVENT } from '../src/events.ts';
import { eventually } from '../src/eventually.ts';
import { keptLog } from '../src/kept-log.ts';
import { type Environment, type Pipeline, settingsOf, startPipeline } from '../src/pipeline.ts';
import { topicRecords } from '../src/stored-events.ts';

const MONTHS_COMMAND = fileURLToPath(new URL('../../../services/indexer/src/months.ts', import.meta.url));

/** Years after the past months, and years before the end of the present one. */
const RETENTION = { AUDITBOX_DATA_RETENTION_DAYS: '1000' };
const PAST = '2019-03';
const HELD = '2019-04';

const silent = createLogger('test', 'off');
const inMonth = (month: string, code: string) => ({
  ...PAGE_EVENT,
  recorded: `${month}-15T00:00:00Z`,
  meta: { tag: [{ code }] },
});
const now = (code: string) => ({
  ...PAGE_EVENT,
  recorded: new Date().toISOString(),
  meta: { tag: [{ code }] },
});

let pipeline: Pipeline;
let environment: Environment;
beforeAll(async () => {
  pipeline = await startPipeline({ kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') });
  environment = pipeline.environment;
  await postBundle(`${pipeline.url}/`, [
    inMonth(PAST, 'past'),
    inMonth(PAST, 'past'),
    inMonth(HELD, 'held'),
    now('present'),
  ]);
  await found('', 4);
});
afterAll(() => pipeline?.[Symbol.asyncDispose]());

const found = (query: string, count: number) =>
  eventually(
    `${count} events are found by "${query}"`,
    () => total(pipeline.url, query),
    (seen) => seen === count,
    60_000,
  );
const months = (...args: string[]) =>
  promisify(execFile)(process.execPath, [MONTHS_COMMAND, ...args], {
    env: { ...process.env, ...environment },
  });
const startReplica = (settings: Environment, logger = silent) =>
  startIndexer(settingsOf(readIndexerConfig({ ...environment, ...settings })), logger, (reason) => {
    throw new Error(`the indexer failed: ${reason}`);
  });
/** How many events ended so at a service, by its metrics. */
async function ended(metricsUrl: string, disposition: string): Promise<number> {
  const text = await (await fetch(metricsUrl)).text();
  const line = text
    .split('\n')
    .find((each) => each.startsWith(`auditbox_indexed_events_total{disposition="${disposition}"`));
  return Number(line?.split(' ').at(-1) ?? -1);
}
const existsInElastic = async (name: string): Promise<boolean> =>
  (await fetch(`${environment.ELASTIC_URI}/${name}`, { method: 'HEAD' })).status === 200;

describe('months', () => {
  const nameOf = (month: string) => `${environment.AUDITBOX_INDEX_PREFIX}-${month.replace('-', '.')}`;

  it('past their retention are dropped by replicas that start at once; a held one and the present one stay', async () => {
    await months('hold', HELD.replace('-', '.'));
    const log = keptLog();
    await using building = new AsyncDisposableStack();
    for (const replica of await Promise.all([
      startReplica(RETENTION, log.logger),
      startReplica(RETENTION, log.logger),
    ])) {
      building.use(replica);
    }
    await found('', 2);
    expect(await total(pipeline.url, '_tag=past')).toBe(0);
    expect(await total(pipeline.url, '_tag=held')).toBe(1);
    expect(await total(pipeline.url, '_tag=present')).toBe(1);
    expect(await existsInElastic(nameOf(PAST))).toBe(false);
    const deleted = log.at('info').filter(({ msg }) => String(msg).startsWith('deleted'));
    expect(new Set(deleted.map(({ month }) => month))).toEqual(new Set([PAST.replace('-', '.')]));
    expect(log.at('error')).toEqual([]);
  });

  it('that were dropped do not come back by records that are written again, which are confirmed and counted', async () => {
    const topic = environment.AUDITBOX_EVENTS_TOPIC ?? '';
    const records = await topicRecords(environment, topic);
    const past = records.filter(({ value }) => String(value).includes('"past"'));
    expect(past).toHaveLength(2);
    const metricsUrl = pipeline.metricsUrls.indexer ?? '';
    const before = await ended(metricsUrl, 'dropped-month');
    const kafka = { brokers: (environment.KAFKA_BROKERS ?? '').split(','), clientId: 'test' };
    await using writer = await openLogWriter(kafka, { topic, logger: silent });
    // The replica that runs has had the month open since before it was dropped.
    await writer.append(
      past.map(({ key, value, headers }) => ({ key: key ?? '', value: value ?? Buffer.alloc(0), headers })),
    );
    await eventually(
      'both are confirmed and counted',
      () => ended(metricsUrl, 'dropped-month'),
      (count) => count === before + 2,
      60_000,
    );
    await postBundle(`${pipeline.url}/`, [now('after')]);
    await found('_tag=after', 1);
    expect(await total(pipeline.url)).toBe(3);
    expect(await existsInElastic(nameOf(PAST))).toBe(false);
  });

  it('that were dropped do not come back by a replica that reads the log from its beginning', async () => {
    const another = { AUDITBOX_INDEXER_GROUP: `${environment.AUDITBOX_INDEXER_GROUP}-again` };
    await using replica = await startReplica(another);
    const metricsUrl = `http://127.0.0.1:${replica.metricsPort}/metrics`;
    await eventually(
      'all records are confirmed: those of the month that was dropped, and those that are stored',
      async () => [await ended(metricsUrl, 'dropped-month'), await ended(metricsUrl, 'already-stored')],
      ([dropped, stored]) => dropped === 4 && stored === 3,
      60_000,
    );
    expect(await total(pipeline.url)).toBe(3);
    expect(await existsInElastic(nameOf(PAST))).toBe(false);
  });

  it('that are released are dropped as the others are', async () => {
    expect(await total(pipeline.url, '_tag=held')).toBe(1);
    await months('release', HELD.replace('-', '.'));
    await using _replica = await startReplica(RETENTION);
    await found('_tag=held', 0);
    expect((await months('list')).stdout).toMatch(/^2019\.03 +dropped since .*\n2019\.04 +dropped since /m);
    await expect(months('hold', HELD.replace('-', '.'))).rejects.toMatchObject({ code: 1 });
  });
});

describe('a gateway with a retention', () => {
  let gateway: Gateway;
  let url: string;
  beforeAll(async () => {
    const settings = { ...environment, ...RETENTION, AUDITBOX_QUERY_URL: pipeline.queryUrl };
    gateway = await startGateway(settingsOf(readGatewayConfig(settings)), silent);
    url = `http://127.0.0.1:${gateway.port}`;
  });
  afterAll(() => gateway?.[Symbol.asyncDispose]());

  const late = { ...inMonth('2019-05', 'late'), id: 'late-1' };
  const toQuarantine = { 'auditbox-on-invalid': 'quarantine' };

  it('refuses what is past it, and takes what is not', async () => {
    const refused = await post(`${url}/AuditEvent`, late);
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({
      issue: [{ severity: 'error', code: 'business-rule', expression: ['AuditEvent.recorded'] }],
    });
    expect((await post(`${url}/AuditEvent`, now('taken'))).status).toBe(201);
    await found('_tag=taken', 1);
    expect(await total(pipeline.url, '_tag=late')).toBe(0);
  });

  it('sets it aside where that is asked for, from where it comes once the retention is longer, and not before', async () => {
    expect((await post(`${url}/AuditEvent`, late, toQuarantine)).status).toBe(201);
    const listed = async () => {
      const list = await (await fetch(`${url}/quarantine?reason=past-retention`)).json();
      return (list as { items: { id: string; senderId: string }[] }).items;
    };
    const [item] = await eventually('it is listed', listed, (items) => items.length === 1);
    expect(item?.senderId).toBe('late-1');
    for (const correction of ['', { ...late, recorded: new Date().toISOString() }]) {
      const refused = await post(`${url}/quarantine/${item?.id}/release`, correction);
      expect(refused.status).toBe(422);
    }
    expect(await total(pipeline.url, '_tag=late')).toBe(0);
    // At the gateway whose retention is off.
    expect((await post(`${pipeline.url}/quarantine/${item?.id}/release`, '')).status).toBe(201);
    await found('_tag=late', 1);
  });
});
