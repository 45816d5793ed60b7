/** The indexer, built by hand: the log of events and that of quarantine at one end, Elasticsearch at the other. */
import { hash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import {
  type DataLoss,
  EVENTS_TOPIC,
  type EventLogError,
  ensureTopic,
  type LogReader,
  type LogWriter,
  openLogWriter,
  QUARANTINE_TOPIC,
  startLogReader,
} from '@auditbox/event-log';
import { openTrail, trailSettings } from '@auditbox/self-audit';
import {
  carryContexts,
  createApp,
  createMetrics,
  elasticClientOptions,
  kafkaConnection,
  type Listening,
  type ListeningMetrics,
  type Logger,
  listen,
  listenMetrics,
  observeElastic,
  openHealth,
  READY,
  type Readiness,
  serverIdentity,
  warnOfOpenElasticCredentials,
  warnOfOpenKafkaPassword,
} from '@auditbox/service-kit';
import manifest from '../package.json' with { type: 'json' };
import type { IndexerConfig } from './config.ts';
import { gathering } from './domain/gather.ts';
import { indexQuarantine } from './domain/index-quarantine.ts';
import { indexRecords } from './domain/index-records.ts';
import { type QuarantinePort, quarantineRecord, quarantineStub } from './domain/quarantine-record.ts';
import { Room } from './domain/room.ts';
import { createEvents } from './elastic/bulk-create.ts';
import { connectElastic } from './elastic/client.ts';
import { prepareEventIndices } from './elastic/event-indices.ts';
import { observedCreate } from './elastic/observed-create.ts';
import { probedCreate } from './elastic/probed-create.ts';
import { applyQuarantineIndex } from './elastic/quarantine-index.ts';
import { storedDigests } from './elastic/stored-digests.ts';
import { upsertQuarantine } from './elastic/upsert-quarantine.ts';
import { indexerReports, placeOf } from './events.ts';
import { eventsGroup, quarantineGroup } from './groups.ts';
import { copiedCount, countedReports, indexerCounts, watchedRebuild } from './metrics.ts';
import { readerMetrics } from './reader-metrics.ts';
import { beginBeside, startRebuild } from './rebuild.ts';
import { rebuildReports } from './rebuild-events.ts';
import { startRetention } from './retention.ts';

/** Milliseconds after which a batch that is not done is no longer a slow one: its partition waits for something. */
const STUCK_MS = 60_000;

export type Indexer = Listening & Pick<ListeningMetrics, 'metricsPort'>;

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
): Promise<Indexer> {
  await using building = new AsyncDisposableStack();
  carryContexts();
  const health = openHealth();
  const metrics = createMetrics('indexer');
  const { metricsPort } = building.use(await listenMetrics(metrics, health, config));
  const counts = indexerCounts(metrics, Date.now);
  const readers = readerMetrics(metrics, Date.now);
  const reports = indexerReports(logger);
  warnOfOpenKafkaPassword(logger, config);
  warnOfOpenElasticCredentials(logger, config);
  const kafka = kafkaConnection(config, 'auditbox-indexer');
  const allowWeak = { allowWeak: config.allowWeakTopic };
  for (const contract of [
    { ...EVENTS_TOPIC, name: config.eventsTopic },
    { ...QUARANTINE_TOPIC, name: config.quarantineTopic },
  ]) {
    reports.topic(contract.name, await ensureTopic(kafka, contract, allowWeak));
  }
  building.use(
    await openTrail({
      ...trailSettings(config),
      service: 'indexer',
      version: manifest.version,
      kafka,
      logger,
      metrics,
    }),
  );
  const client = building.adopt(await connectElastic(elasticClientOptions(config)), (open) => open.close());
  observeElastic(client.transport, metrics);
  const indices = await prepareEventIndices(client, config);
  await applyQuarantineIndex(client, config);
  building.use(startRetention(client, indices.months, config, logger, metrics));
  const quarantineLog = building.use(await openLogWriter(kafka, { topic: config.quarantineTopic, logger }));

  const { older } = indices;
  const rebuilding = {
    client,
    kafka,
    indices,
    settings: config,
    reports: watchedRebuild(rebuildReports(logger), metrics),
  };
  if (older !== undefined) await beginBeside(older, rebuilding);

  const limits = { countMax: config.bulkEventsMax, bytesMax: config.bulkBytesMax };
  const shared = {
    sha256: sha256Of,
    random: Math.random,
    delay: (ms: number, signal: AbortSignal) => wait(ms, undefined, { signal }),
  };
  const { indexPrefix } = config;
  const stored = {
    create: createEvents(client, indexPrefix, indices),
    storedDigests: storedDigests(client, indexPrefix),
  };
  // What a rebuild makes is not searched before it is over.
  const create =
    older === undefined
      ? building.use(probedCreate(stored.create, { client, indexPrefix, metrics, now: Date.now })).create
      : stored.create;
  const reading = {
    logger,
    onFatal: (error: EventLogError) => {
      logger.error({ err: error }, 'reader can not go on');
      fail(error.code);
    },
    acknowledgeDataLoss: (loss: DataLoss) => config.acknowledgedDataLoss.includes(placeOf(loss)),
  };
  const events = building.use(
    await startLogReader(kafka, {
      ...reading,
      topic: config.eventsTopic,
      groupId: eventsGroup(config.groupId),
      partitionsConcurrently: config.partitionsConcurrently,
      onAssignment: () => readers.assigned('events'),
      process: readers.counted(
        'events',
        indexRecords({
          ...shared,
          // What is on its way, and the next one.
          room: new Room((config.bulksInFlight + 1) * config.bulkBytesMax),
          create: gathering(observedCreate(create, metrics, config.eventsTopic), {
            ...limits,
            ageMs: config.bulkAgeMs,
            inFlightMax: config.bulksInFlight,
          }),
          now: () => performance.now(),
          storedDigests: stored.storedDigests,
          quarantine: writeToQuarantine(quarantineLog),
          reports: countedReports(reports, metrics),
          counts,
        }),
      ),
    }),
  );
  building.use(readers.watch('events', events));
  const quarantine = building.use(
    await startLogReader(kafka, {
      ...reading,
      topic: config.quarantineTopic,
      groupId: quarantineGroup(config.groupId),
      // What is there is rare, and may be large: one at a time bounds what is in memory.
      partitionsConcurrently: 1,
      onAssignment: () => readers.assigned('quarantine'),
      process: readers.counted(
        'quarantine',
        indexQuarantine({
          ...shared,
          limits,
          upsert: upsertQuarantine(client, config.quarantineIndex),
          reports: indexerReports(logger.child({ topic: config.quarantineTopic })),
        }),
      ),
    }),
  );
  building.use(readers.watch('quarantine', quarantine));

  if (older !== undefined) {
    const onFatal = (error: unknown): void => {
      logger.error({ err: error }, 'rebuild can not go on');
      fail('rebuild-failed');
    };
    const copied = copiedCount(metrics);
    building.use(
      startRebuild(older, rebuilding, { ...shared, ...stored, limits, copied, reader: events, onFatal }),
    );
  }

  const checks = { kafka: () => readerReadiness(events), quarantine: () => readerReadiness(quarantine) };
  const app = createApp({ logger, metrics, checks, health });
  const listening = building.use(
    await listen(app.fetch, { hostname: config.binding, port: config.port, tls: serverIdentity(config) }),
  );
  health.started(checks);
  const built = building.move();
  const stop = async (): Promise<void> => {
    health.stopping();
    await built.disposeAsync();
  };
  return { port: listening.port, metricsPort, [Symbol.asyncDispose]: stop };
}

function readerReadiness(reader: LogReader): Readiness {
  const { state, dataLoss, waiting } = reader.health();
  if (dataLoss.length > 0) return { ready: false, reason: 'data-loss' };
  const isStuck = waiting.some(({ sinceMs }) => performance.now() - sinceMs > STUCK_MS);
  if (isStuck) return { ready: false, reason: 'partition-waiting' };
  return state === 'joined' ? READY : { ready: false, reason: state };
}

function writeToQuarantine(log: LogWriter): QuarantinePort {
  return async (record, reason) => {
    const sha256 = sha256Of(record.value ?? Buffer.alloc(0));
    let outcome = await log.append([quarantineRecord(record, reason, sha256)]);
    if (outcome.kind === 'too-large') outcome = await log.append([quarantineStub(record, reason, sha256)]);
    if (outcome.kind !== 'appended')
      throw Object.assign(new Error('not quarantined'), { code: outcome.kind });
  };
}

function sha256Of(bytes: Buffer): string {
  return hash('sha256', bytes);
}
