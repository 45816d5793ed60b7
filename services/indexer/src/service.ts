/** The indexer, built by hand: the event log at one end, Elasticsearch and quarantine at the other. */
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import {
  EVENTS_TOPIC,
  ensureTopic,
  type LogWriter,
  openLogWriter,
  QUARANTINE_TOPIC,
  startLogReader,
} from '@auditbox/event-log';
import { createApp, type Listening, type Logger, listen, READY, type Readiness } from '@auditbox/service-kit';
import type { IndexerConfig } from './config.ts';
import { indexRecords } from './domain/index-records.ts';
import { type QuarantinePort, quarantineRecord, quarantineStub } from './domain/quarantine-record.ts';
import { createEvents } from './elastic/bulk-create.ts';
import { connectElastic } from './elastic/client.ts';
import { applyIndexTemplate } from './elastic/index-template.ts';
import { storedDigests } from './elastic/stored-digests.ts';
import { indexerReports, placeOf } from './events.ts';

/** Milliseconds after which a batch that is not done is no longer a slow one: its partition waits for something. */
const STUCK_MS = 60_000;

/**
 * Starts the indexer. On dispose it finishes the batches in work (or leaves them unconfirmed, to be delivered
 * again), commits what is confirmed, leaves the group, then lets Kafka and Elasticsearch go.
 *
 * Rejects where Kafka or Elasticsearch is away or a topic is weaker than its contract. `fail` is called when it
 * can't go on afterwards; the process is then to end and be started again.
 */
export async function startIndexer(
  config: IndexerConfig,
  logger: Logger,
  fail: (reason: string) => void,
): Promise<Listening> {
  await using building = new AsyncDisposableStack();
  const reports = indexerReports(logger);
  const kafka = { brokers: config.kafkaBrokers, clientId: 'auditbox-indexer' };
  const allowWeak = { allowWeak: config.allowWeakTopic };
  for (const contract of [
    { ...EVENTS_TOPIC, name: config.eventsTopic },
    { ...QUARANTINE_TOPIC, name: config.quarantineTopic },
  ]) {
    reports.topic(contract.name, await ensureTopic(kafka, contract, allowWeak));
  }
  const client = building.adopt(await connectElastic(config.elasticUri), (open) => open.close());
  await applyIndexTemplate(client, config);
  const quarantineLog = building.use(await openLogWriter(kafka, { topic: config.quarantineTopic, logger }));

  const process = indexRecords({
    indexPrefix: config.indexPrefix,
    limits: { countMax: config.bulkEventsMax, bytesMax: config.bulkBytesMax },
    create: createEvents(client),
    storedDigests: storedDigests(client),
    quarantine: writeToQuarantine(quarantineLog),
    sha256: sha256Of,
    random: Math.random,
    delay: (ms, signal) => wait(ms, undefined, { signal }),
    reports,
  });
  const reader = building.use(
    await startLogReader(kafka, {
      topic: config.eventsTopic,
      groupId: config.groupId,
      logger,
      partitionsConcurrently: config.partitionsConcurrently,
      process,
      onFatal: (error) => {
        logger.error({ err: error }, 'reader can not go on');
        fail(error.code);
      },
      acknowledgeDataLoss: (loss) => config.acknowledgedDataLoss.includes(placeOf(loss)),
    }),
  );

  const readerReadiness = (): Readiness => {
    const { state, dataLoss, waiting } = reader.health();
    if (dataLoss.length > 0) return { ready: false, reason: 'data-loss' };
    const isStuck = waiting.some(({ sinceMs }) => performance.now() - sinceMs > STUCK_MS);
    if (isStuck) return { ready: false, reason: 'partition-waiting' };
    return state === 'joined' ? READY : { ready: false, reason: state };
  };
  const app = createApp({ logger, checks: { kafka: readerReadiness } });
  const listening = building.use(await listen(app.fetch, { hostname: config.binding, port: config.port }));
  const built = building.move();
  return { port: listening.port, [Symbol.asyncDispose]: () => built.disposeAsync() };
}

function writeToQuarantine(log: LogWriter): QuarantinePort {
  return async (record, reason) => {
    let outcome = await log.append([quarantineRecord(record, reason)]);
    if (outcome.kind === 'too-large') {
      outcome = await log.append([quarantineStub(record, reason, sha256Of(record.value ?? Buffer.alloc(0)))]);
    }
    if (outcome.kind !== 'appended')
      throw Object.assign(new Error('not quarantined'), { code: outcome.kind });
  };
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
