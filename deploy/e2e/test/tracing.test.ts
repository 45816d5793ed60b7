/** One trace from a client's POST through Kafka to the bulk, and from a search to Elasticsearch, with an SDK and without. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ReceivedRecord, startLogReader } from '@auditbox/event-log';
import { startGateway } from '@auditbox/gateway';
import { readConfig as readGatewayConfig } from '@auditbox/gateway/config';
import { createLogger } from '@auditbox/service-kit';
import { expect, inject, it } from 'vitest';
import { post, postBundle, total } from '../src/client.ts';
import { type ElasticProxy, startElasticProxy } from '../src/elastic-proxy.ts';
import { PAGE_EVENT } from '../src/events.ts';
import { eventually } from '../src/eventually.ts';
import { keptLog } from '../src/kept-log.ts';
import {
  type Environment,
  ownEnvironment,
  type Pipeline,
  settingsOf,
  startPipeline,
} from '../src/pipeline.ts';
import { startProcesses } from '../src/process-pipeline.ts';
import { spansTo, type WrittenSpan, writtenSpans } from '../src/written-spans.ts';

const kafkaBrokers = inject('kafkaBrokers');
const SPAN = '00f067aa0ba902b7';
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const OTHER_TRACE = '5bf92f3577b34da6a3ce929d0e0e4736';
const traceparentOf = (traceId: string) => `00-${traceId}-${SPAN}-01`;

async function withProxy<T>(test: (proxy: ElasticProxy) => Promise<T>): Promise<T> {
  await using proxy = await startElasticProxy(inject('elasticUri'));
  return await test({ ...proxy, url: `http://${proxy.url}` });
}

/** The first `count` records of the log of events. */
async function recordsOf(environment: Environment, count: number): Promise<readonly ReceivedRecord[]> {
  const records: ReceivedRecord[] = [];
  await using _reader = await startLogReader(
    { brokers: [kafkaBrokers], clientId: 'test' },
    {
      topic: environment.AUDITBOX_EVENTS_TOPIC ?? '',
      groupId: `reads-${environment.AUDITBOX_EVENTS_TOPIC}`,
      logger: createLogger('test', 'off'),
      onFatal: () => undefined,
      process: async (batch) => {
        records.push(...batch.records);
        for (const { offset } of batch.records) batch.confirm(offset);
      },
    },
  );
  await eventually(
    'the records are read',
    async () => records.length,
    (read) => read >= count,
  );
  return records;
}

const found = (pipeline: Pick<Pipeline, 'url'>, events: number) =>
  eventually(
    'all are found',
    () => total(pipeline.url),
    (seen) => seen === events,
  );

it('without an SDK what came in goes on to the record, to the bulk and to the search, and into the log', () =>
  withProxy(async (proxy) => {
    const log = keptLog();
    await using pipeline = await startPipeline(
      { kafkaBrokers, elasticUri: proxy.url },
      { logger: log.logger },
    );
    const headers = { traceparent: traceparentOf(TRACE), tracestate: 'vendor=opaque' };
    expect((await post(`${pipeline.url}/AuditEvent`, PAGE_EVENT, headers)).status).toBe(201);
    await found(pipeline, 1);
    const [record] = await recordsOf(pipeline.environment, 1);
    expect(record?.headers).toMatchObject(headers);
    expect(proxy.traceparents('/_bulk')).toEqual([[headers.traceparent]]);

    const isSearched = (traceId: string) =>
      proxy
        .traceparents('/')
        .flat()
        .filter((traceparent) => traceparent === traceparentOf(traceId)).length;
    expect(isSearched(OTHER_TRACE)).toBe(0);
    await fetch(`${pipeline.url}/AuditEvent`, { headers: { traceparent: traceparentOf(OTHER_TRACE) } });
    expect(isSearched(OTHER_TRACE)).toBeGreaterThan(0);

    const requests = log
      .at('debug')
      .filter(({ msg, trace_id }) => msg === 'request' && trace_id !== undefined);
    const seen = requests.map(({ service, method, route, trace_id }) => [service, method, route, trace_id]);
    expect(seen).toEqual([
      ['test', 'POST', '/AuditEvent', TRACE],
      // query, and the gateway before it.
      ['test', 'GET', '/AuditEvent', OTHER_TRACE],
      ['test', 'GET', '/AuditEvent', OTHER_TRACE],
    ]);
  }));

it('without an SDK there is no trace where none came, or none that is valid, also on the same connection', () =>
  withProxy(async (proxy) => {
    await using pipeline = await startPipeline({ kafkaBrokers, elasticUri: proxy.url });
    const sent = [
      { traceparent: traceparentOf(TRACE) },
      {},
      { traceparent: `00-${'0'.repeat(32)}-${SPAN}-01`, tracestate: 'a=b' },
      { traceparent: 'Erika Mustermann', tracestate: 'Erika=Mustermann' },
    ];
    for (const headers of sent)
      expect((await post(`${pipeline.url}/AuditEvent`, PAGE_EVENT, headers)).status).toBe(201);
    await found(pipeline, sent.length);
    const records = await recordsOf(pipeline.environment, sent.length);
    const traced = records.filter(({ headers }) => 'traceparent' in headers || 'tracestate' in headers);
    expect(traced.map(({ headers }) => headers.traceparent)).toEqual([traceparentOf(TRACE)]);
  }));

it('a bulk of many traces has none without an SDK, and what they say is in no event', () =>
  withProxy(async (proxy) => {
    const environment = ownEnvironment({ kafkaBrokers, elasticUri: proxy.url });
    const quiet = createLogger('test', 'off');
    await using gateway = await startGateway(settingsOf(readGatewayConfig(environment)), quiet);
    const url = `http://127.0.0.1:${gateway.port}`;
    const events = (count: number) => Array.from({ length: count }, () => PAGE_EVENT);
    await postBundle(`${url}/`, events(3), { traceparent: traceparentOf(TRACE) });
    const stored = await postBundle(`${url}/`, events(2), { traceparent: traceparentOf(OTHER_TRACE) });
    expect(JSON.stringify(stored)).not.toContain(OTHER_TRACE);
    await using pipeline = await startPipeline({ kafkaBrokers, elasticUri: proxy.url }, { environment });
    await found(pipeline, 5);
    const said = proxy.traceparents('/_bulk').flat();
    for (const traceparent of said) expect([TRACE, OTHER_TRACE].map(traceparentOf)).toContain(traceparent);
    const answer = await fetch(`${pipeline.url}/AuditEvent`);
    expect(await answer.text()).not.toContain(TRACE);
  }));

it('with an SDK spans lead from the POST through Kafka to the bulk, and each request says its own once', () =>
  withProxy(async (proxy) => {
    const folder = await mkdtemp(join(tmpdir(), 'auditbox-spans-'));
    try {
      await using pipeline = await startProcesses({ kafkaBrokers, elasticUri: proxy.url }, spansTo(folder));
      await using gateway = await pipeline.startGateway();
      const headers = { traceparent: traceparentOf(TRACE) };
      await postBundle(`${gateway.url}/`, [PAGE_EVENT, PAGE_EVENT], headers);
      await found(gateway, 2);
      await fetch(`${gateway.url}/AuditEvent?agent-name=Mustermann`, {
        headers: { traceparent: traceparentOf(OTHER_TRACE) },
      });
      const spans = await eventually(
        'the spans are written',
        async () => writtenSpans(folder),
        (written) =>
          written.some(({ name, traceId }) => name === 'bulk' && traceId === TRACE) &&
          written.some(({ name, traceId }) => name === 'search' && traceId === OTHER_TRACE),
      );
      const topic = pipeline.environment.AUDITBOX_EVENTS_TOPIC ?? '';
      const one = (name: string, traceId: string): WrittenSpan => {
        const [span, ...others] = spans.filter(
          (candidate) => candidate.name === name && candidate.traceId === traceId,
        );
        expect(others, name).toEqual([]);
        return span ?? expect.fail(`no span ${name}`);
      };
      const server = one('POST /', TRACE);
      expect(server).toMatchObject({ kind: 1, parentId: SPAN });
      const producer = one(`send ${topic}`, TRACE);
      expect(producer).toMatchObject({ kind: 3, parentId: server.spanId });
      expect(producer.attributes['messaging.batch.message_count']).toBe(2);
      const consumer = one(`process ${topic}`, TRACE);
      expect(consumer).toMatchObject({ kind: 4, parentId: producer.spanId, links: [producer.spanId] });
      const bulk = one('bulk', TRACE);
      expect(bulk).toMatchObject({ kind: 2, parentId: consumer.spanId });
      const records = await recordsOf(pipeline.environment, 2);
      expect(records.map(({ headers: { traceparent } }) => traceparent)).toEqual(
        [0, 1].map(() => `00-${TRACE}-${producer.spanId}-01`),
      );
      expect(proxy.traceparents('/_bulk')).toEqual([[`00-${TRACE}-${bulk.spanId}-01`]]);

      const [front, behind] = spans
        .filter(({ name, traceId }) => name === 'GET /AuditEvent' && traceId === OTHER_TRACE)
        .toSorted((a) => (a.parentId === SPAN ? -1 : 1));
      expect(front).toMatchObject({ kind: 1, parentId: SPAN });
      expect(behind).toMatchObject({ kind: 1, parentId: front?.spanId });
      expect(one('search', OTHER_TRACE)).toMatchObject({ kind: 2 });
      for (const traceparents of proxy.traceparents('/')) expect(traceparents.length).toBeLessThanOrEqual(1);
      expect(JSON.stringify(spans)).not.toMatch(/mustermann|user@example/i);
    } finally {
      await rm(folder, { recursive: true });
    }
  }));
