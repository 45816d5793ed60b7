/**
 * What a reader of the log says of itself: what it has, and how far behind it is. The lag is asked of Kafka in the
 * background, one question at a time, so that no scraper can make Kafka work.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { LogReader, PartitionLag, ReceivedBatch } from '@auditbox/event-log';
import type { Metrics } from '@auditbox/service-kit';

/** Milliseconds between questions for the lag: as often as Prometheus looks. */
const LAG_EVERY_MS = 15_000;

/** The logs that an indexer reads. */
export type ReadLog = 'events' | 'quarantine';

type Process = (batch: ReceivedBatch) => Promise<void>;

export type ReaderMetrics = {
  /** `process`, with what it is given counted. */
  readonly counted: (log: ReadLog, process: Process) => Process;
  /** For the reader's `onAssignment`. */
  readonly assigned: (log: ReadLog) => void;
  /** From now on until it is disposed. */
  readonly watch: (log: ReadLog, reader: LogReader) => AsyncDisposable;
};

type Watched = {
  readonly reader: LogReader;
  lag: readonly PartitionLag[] | undefined;
  lagAtMs: number;
  /** Asks without waiting for its time. */
  wake: () => void;
};

/** @param now milliseconds since 1970 */
export function readerMetrics(metrics: Metrics, now: () => number, lagEveryMs = LAG_EVERY_MS): ReaderMetrics {
  const logs: ReadLog[] = ['events', 'quarantine'];
  const records = metrics.counter('auditbox_read_records_total', 'Records that were read.', 'log', logs);
  const bytes = metrics.counter('auditbox_read_bytes_total', 'Bytes of their values.', 'log', logs);
  const rebalances = metrics.counter(
    'auditbox_consumer_rebalances_total',
    'How often this replica was given partitions, the first time included.',
    'log',
    logs,
  );
  const inHand = { events: 0, quarantine: 0 };
  const watched = new Map<ReadLog, Watched>();
  const gauge = (name: string, help: string, of: (watched: Watched) => number): void =>
    metrics.gauge(name, help, ['log'], () => [...watched].map(([log, one]) => [{ log }, of(one)]));
  metrics.gauge(
    'auditbox_bytes_in_hand',
    'Bytes of values that were read and are not done with.',
    ['log'],
    () => logs.map((log) => [{ log }, inHand[log]]),
  );
  gauge(
    'auditbox_consumer_assigned_partitions',
    'Partitions that this replica has.',
    ({ reader }) => reader.health().assignment.length,
  );
  gauge(
    'auditbox_consumer_waiting_partitions',
    'Partitions whose batch is in work for long.',
    ({ reader }) => reader.health().waiting.length,
  );
  gauge(
    'auditbox_consumer_data_loss_partitions',
    'Partitions that stand still because records were lost before they were read.',
    ({ reader }) => reader.health().dataLoss.length,
  );
  metrics.gauge(
    'auditbox_consumer_lag_records',
    'Records in a partition that this replica has and has not confirmed, as last asked of Kafka.',
    ['log', 'partition'],
    () =>
      [...watched].flatMap(([log, { reader, lag = [] }]) => {
        // One that another replica has by now is that one's to report.
        const { assignment } = reader.health();
        return lag
          .filter(({ partition }) => assignment.includes(partition))
          .map(({ partition, records }) => [{ log, partition: String(partition) }, Number(records)] as const);
      }),
  );
  metrics.gauge(
    'auditbox_consumer_lag_timestamp_seconds',
    'When the lag was last asked of Kafka, in seconds since 1970.',
    ['log'],
    () =>
      [...watched].flatMap(([log, { lag, lagAtMs }]) => (lag ? [[{ log }, lagAtMs / 1000] as const] : [])),
  );
  return {
    counted: (log, process) => async (batch) => {
      const size = batch.records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
      records(batch.records.length, log);
      bytes(size, log);
      inHand[log] += size;
      try {
        await process(batch);
      } finally {
        inHand[log] -= size;
      }
    },
    assigned(log) {
      rebalances(1, log);
      watched.get(log)?.wake();
    },
    watch(log, reader) {
      const one: Watched = { reader, lag: undefined, lagAtMs: 0, wake: () => undefined };
      watched.set(log, one);
      const ended = new AbortController();
      void askLag(one, now, lagEveryMs, ended.signal);
      return {
        [Symbol.asyncDispose]: async () => {
          ended.abort();
          watched.delete(log);
        },
      };
    },
  };
}

async function askLag(one: Watched, now: () => number, everyMs: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      one.lag = await one.reader.lag();
      one.lagAtMs = now();
    } catch {
      // What is known stays, and its time says how old it is.
    }
    const woken = new AbortController();
    one.wake = () => woken.abort();
    await pause(everyMs, undefined, { signal: AbortSignal.any([signal, woken.signal]), ref: false }).catch(
      () => {},
    );
  }
}
