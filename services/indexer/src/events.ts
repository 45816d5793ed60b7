/** What the indexer reports: each thing in one place, with its level and its fields. Ids, codes and counts only. */
import type { EnsuredTopic } from '@auditbox/event-log';
import type { Logger } from '@auditbox/service-kit';
import type { QuarantineReason } from './domain/disposition.ts';
import type { RetentionReports } from './elastic/retention.ts';
import type { RetentionCounts } from './metrics.ts';

export type RecordPlace = { readonly topic: string; readonly partition: number; readonly offset: bigint };

export type Retry = {
  readonly partition: number;
  /** A code. */
  readonly reason: string;
  readonly events: number;
  readonly delayMs: number;
  /** From 1. */
  readonly attempt: number;
};

/** About every four minutes: by then it does not pass by itself. */
const TRIES_UNTIL_ERROR = 30;

export type IndexerReports = ReturnType<typeof indexerReports>;

export function indexerReports(logger: Logger) {
  return {
    topic(topic: string, { partitions, weaknesses }: EnsuredTopic): void {
      if (weaknesses.length === 0) logger.info({ topic, partitions }, 'topic keeps its contract');
      else logger.warn({ topic, partitions, weaknesses }, 'topic is weaker than its contract, as allowed');
    },
    indexed(partition: number, counts: { readonly created: number; readonly alreadyStored: number }): void {
      logger.debug({ partition, ...counts }, 'indexed');
    },
    retrying({ attempt, ...retry }: Retry): void {
      if (attempt % TRIES_UNTIL_ERROR > 0)
        logger.warn({ ...retry, attempt }, 'not indexed yet, trying again');
      else logger.error({ ...retry, attempt }, 'still not indexed after minutes; the partition waits');
    },
    /** The index refuses what this release writes: nothing is wrong with the events, a person must act. */
    mappingBehind(partition: number, delayMs: number): void {
      logger.error(
        { partition, delayMs },
        'the index does not take what this release writes; the partition waits',
      );
    },
    quarantined(place: RecordPlace, reason: QuarantineReason): void {
      logger.error({ ...placeFields(place), reason }, 'quarantined: taken, but can not be indexed');
    },
    /** A record of the quarantine topic that is not written by its contract: it is listed as what it is. */
    unreadable(place: RecordPlace): void {
      logger.warn(placeFields(place), 'a record of quarantine can not be read');
    },
    /** The index did not take the content of what is in quarantine. The topic has it. */
    contentOmitted(place: RecordPlace): void {
      logger.warn(placeFields(place), 'quarantined, and listed without its content');
    },
  };
}

/** Said, and counted. */
export function retentionReports(logger: Logger, counts: RetentionCounts) {
  return {
    deleted(month, index): void {
      logger.info({ month, index }, 'deleted: the retention of its month is over');
      counts.indices('deleted');
    },
    notDropped(month, { code }): void {
      logger.warn({ month, code }, 'a month past its retention is not deleted yet');
      counts.indices('failed');
    },
    clocksApart(apartMs): void {
      logger.warn({ apartMs }, 'the clocks here and at Elasticsearch differ; retention goes by the earliest');
    },
    swept: (): void => counts.sweeps('done'),
    notSwept(error: unknown): void {
      logger.warn({ err: error }, 'months past their retention could not be looked for');
      counts.sweeps('failed');
    },
  } satisfies RetentionReports & Record<string, unknown>;
}

/** `topic/partition@offset`: how a place in the log is written for people, and in settings. */
export function placeOf({ topic, partition, offset }: RecordPlace): string {
  return `${topic}/${partition}@${offset}`;
}

/** These three and no other: what is at the place may be a patient's. */
function placeFields({ topic, partition, offset }: RecordPlace) {
  return { topic, partition, offset: String(offset) };
}
