/** What was acknowledged is there after SIGKILL: the promise that every fault test stands on. */
import { EVENTS_TOPIC, ensureTopic, openLogWriter, startLogReader } from '@auditbox/event-log';
import { describe, expect, inject, it } from 'vitest';
import { freshFolder, startElasticsearch, startKafka } from '../src/index.ts';

const logger = { debug() {}, info() {}, warn() {}, error() {} };
const count = 200;
const inTest = 180_000;

describe('after SIGKILL and a restart', () => {
  it('Kafka has every record it acknowledged', { timeout: inTest }, async () => {
    await using folder = freshFolder('kafka-survives');
    await using kafka = await startKafka({ folder: folder.path });
    const connection = { brokers: [kafka.brokers], clientId: 'survival' };
    const topic = 'survival';
    await ensureTopic(connection, { ...EVENTS_TOPIC, name: topic }, { allowWeak: true });
    const keys = Array.from({ length: count }, (_, index) => `key ${index}`);
    await using writer = await openLogWriter(connection, { topic, logger });
    const appended = keys.map((key) => writer.append([{ key, value: Buffer.from(key), headers: {} }]));
    const outcomes = await Promise.all(appended);
    expect(outcomes.every(({ kind }) => kind === 'appended')).toBe(true);

    const { pid } = kafka;
    await kafka.kill('SIGKILL');
    expect(kafka.running).toBe(false);
    await kafka.restart();
    expect(kafka.pid).not.toBe(pid);

    const missing = new Set(keys);
    const { promise: all, resolve, reject } = Promise.withResolvers<void>();
    await using _reader = await startLogReader(connection, {
      topic,
      groupId: 'survival',
      logger,
      onFatal: reject,
      async process({ records, confirm }) {
        for (const { key, offset } of records) {
          missing.delete(key ?? '');
          confirm(offset);
        }
        if (missing.size === 0) resolve();
      },
    });
    await all;
    expect(missing.size).toBe(0);
  });

  it('Elasticsearch has every document it acknowledged', { timeout: inTest }, async () => {
    await using folder = freshFolder('elasticsearch-survives');
    await using elasticsearch = await startElasticsearch({ folder: folder.path });
    const lines = Array.from({ length: count }, (_, id) => `{"create":{"_id":"${id}"}}\n{"n":${id}}\n`);
    const bulk = await fetch(`${elasticsearch.uri}/survival/_bulk`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: lines.join(''),
    });
    expect(await bulk.json()).toMatchObject({ errors: false });

    const { pid } = elasticsearch;
    await elasticsearch.kill('SIGKILL');
    await elasticsearch.restart();
    expect(elasticsearch.pid).not.toBe(pid);

    await fetch(`${elasticsearch.uri}/survival/_refresh`, { method: 'POST' });
    const counted = await fetch(`${elasticsearch.uri}/survival/_count`);
    expect(await counted.json()).toMatchObject({ count });
  });
});

it('the run of the tests has a Kafka and an Elasticsearch of its own', async () => {
  expect(inject('kafkaBrokers')).toMatch(/:\d+$/);
  const health = await fetch(`${inject('elasticUri')}/_cluster/health`);
  expect(health.status).toBe(200);
});
