/** The metrics of all services after traffic that is known to the last event, as Prometheus reads them. */
import { openLogWriter } from '@auditbox/event-log';
import { createLogger } from '@auditbox/service-kit';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { post, postBundle, search, total } from '../src/client.ts';
import { startElasticProxy } from '../src/elastic-proxy.ts';
import { PAGE_EVENT } from '../src/events.ts';
import { eventually } from '../src/eventually.ts';
import { type Samples, scrape } from '../src/exposition.ts';
import { type Pipeline, startPipeline } from '../src/pipeline.ts';

const kafkaBrokers = inject('kafkaBrokers');
const elasticUri = inject('elasticUri');
const logger = createLogger('test', 'off');

let pipeline: Pipeline;
const scrapeOf = (name: string): Promise<Samples> => scrape(pipeline.metricsUrls[name] ?? '');

/** A value of a service, once it is so; what is counted after an answer may be counted a moment later. */
const becomes = (service: string, name: string, labels: Readonly<Record<string, string>>, value: number) =>
  eventually(
    `${name} ${JSON.stringify(labels)} is ${value}`,
    async () => (await scrapeOf(service)).sum(name, labels),
    (seen) => seen === value,
  );

describe('after five events of three requests, a refused one, a poisoned record and a search', () => {
  beforeAll(async () => {
    pipeline = await startPipeline({ kafkaBrokers, elasticUri });
    const { url, environment } = pipeline;
    await postBundle(`${url}/`, [PAGE_EVENT, PAGE_EVENT, PAGE_EVENT]);
    for (const _ of [1, 2]) expect((await post(`${url}/AuditEvent`, PAGE_EVENT)).status).toBe(201);
    expect((await post(`${url}/AuditEvent`, { resourceType: 'AuditEvent' })).status).toBe(400);
    const topic = environment.AUDITBOX_EVENTS_TOPIC ?? '';
    await using writer = await openLogWriter(
      { brokers: [kafkaBrokers], clientId: 'test' },
      { topic, logger },
    );
    await writer.append([{ key: 'x', value: Buffer.from('x'), headers: {} }]);
    await eventually(
      'all are found',
      () => total(url),
      (found) => found === 5,
    );
    await search(url, 'type=110100');
    await becomes('indexer', 'auditbox_quarantined_events_total', { reason: 'no-headers' }, 1);
  });
  afterAll(() => pipeline?.[Symbol.asyncDispose]());

  it('the gateway counts requests, publishes and record batches', async () => {
    await becomes(
      'gateway',
      'auditbox_publish_duration_seconds_count',
      { log: 'events', outcome: 'published' },
      3,
    );
    const gateway = await scrapeOf('gateway');
    const requests = (route: string, status: string) =>
      gateway.sum('auditbox_http_requests_total', { route, status, method: 'POST' });
    expect([requests('/', '201'), requests('/AuditEvent', '201'), requests('/AuditEvent', '400')]).toEqual([
      1, 2, 1,
    ]);
    expect(
      gateway.sum('auditbox_http_request_duration_seconds_count', { route: '/AuditEvent', method: 'POST' }),
    ).toBe(3);
    expect(gateway.sum('auditbox_kafka_batch_records_sum', { log: 'events' })).toBe(5);
    expect(gateway.sum('auditbox_kafka_batch_records_count', { log: 'events' })).toBe(3);
    expect(gateway.sum('auditbox_kafka_batch_bytes_sum', { log: 'events' })).toBeGreaterThan(5 * 300);
    expect(
      gateway.sum('auditbox_kafka_send_duration_seconds_count', { log: 'events', outcome: 'stored' }),
    ).toBe(3);
  });

  it('the indexer counts what it read, how it ended, its bulks, and that nothing is left to do', async () => {
    await becomes('indexer', 'auditbox_indexed_events_total', { disposition: 'created' }, 5);
    const indexer = await scrapeOf('indexer');
    expect(indexer.sum('auditbox_indexed_events_total', { disposition: 'quarantined' })).toBe(1);
    expect(indexer.sum('auditbox_quarantined_events_total')).toBe(1);
    expect(indexer.sum('auditbox_read_records_total', { log: 'events' })).toBe(6);
    expect(indexer.sum('auditbox_read_bytes_total', { log: 'events' })).toBeGreaterThan(5 * 300);
    expect(indexer.sum('auditbox_bulk_events_sum')).toBe(5);
    expect(indexer.sum('auditbox_bulk_bytes_sum')).toBeGreaterThan(5 * 300);
    expect(indexer.sum('auditbox_indexing_delay_seconds_count')).toBe(5);
    expect(
      indexer.sum('auditbox_elasticsearch_request_duration_seconds_count', {
        operation: 'bulk',
        outcome: 'ok',
      }),
    ).toBeGreaterThanOrEqual(indexer.sum('auditbox_bulk_events_count'));
    for (const idle of [
      'auditbox_bulks_in_flight',
      'auditbox_bulk_bytes_in_flight',
      'auditbox_bytes_in_hand',
    ])
      expect(indexer.sum(idle), idle).toBe(0);
    expect(indexer.sum('auditbox_indexing_retries_total')).toBe(0);
    expect(indexer.sum('auditbox_consumer_assigned_partitions', { log: 'events' })).toBe(12);
    expect(indexer.sum('auditbox_consumer_rebalances_total', { log: 'events' })).toBeGreaterThanOrEqual(1);
    expect(indexer.sum('auditbox_consumer_data_loss_partitions')).toBe(0);
    expect(indexer.sum('auditbox_consumer_waiting_partitions')).toBe(0);
  });

  it('query counts requests by route and what it asked Elasticsearch', async () => {
    const query = await scrapeOf('query');
    const requests = query.sum('auditbox_http_requests_total', {
      route: '/AuditEvent',
      method: 'GET',
      status: '200',
    });
    expect(requests).toBeGreaterThanOrEqual(2);
    const asked = query.sum('auditbox_elasticsearch_request_duration_seconds_count', {
      operation: 'search',
      outcome: 'ok',
    });
    expect(asked).toBeGreaterThanOrEqual(requests);
  });
});

describe('while Elasticsearch refuses what the indexer writes', () => {
  it('the lag is what waits, the retries say why, and both are over when it takes it again', async () => {
    await using proxy = await startElasticProxy(elasticUri);
    const refusing = { kafkaBrokers, elasticUri: `http://${proxy.url}` };
    await using started = await startPipeline(refusing);
    pipeline = started;
    proxy.refuse(429, 'Erika Mustermann');
    await postBundle(`${pipeline.url}/`, [PAGE_EVENT, PAGE_EVENT, PAGE_EVENT]);
    const retries = (): Promise<number> =>
      scrapeOf('indexer').then((samples) =>
        samples.sum('auditbox_indexing_retries_total', { reason: '429' }),
      );
    await eventually('a write is tried again', retries, (seen) => seen > 0);
    await becomes('indexer', 'auditbox_consumer_lag_records', { log: 'events' }, 3);
    const waiting = await scrapeOf('indexer');
    expect(waiting.sum('auditbox_bytes_in_hand', { log: 'events' })).toBeGreaterThan(3 * 300);
    const text = await (await fetch(pipeline.metricsUrls.indexer ?? '')).text();
    expect(text).toContain('outcome="429"');
    expect(text).not.toMatch(/mustermann/i);
    proxy.refuse(undefined);
    await becomes('indexer', 'auditbox_indexed_events_total', { disposition: 'created' }, 3);
    await becomes('indexer', 'auditbox_consumer_lag_records', { log: 'events' }, 0);
  });
});
