/** What verifying is given, and what it knows before it reads the first record. */
import type { KafkaConnection } from '@auditbox/event-log';
import type { IndexSettings } from '@auditbox/indexer/elastic/event-index';
import type { Client } from '@elastic/elasticsearch';
import type { DroppedMonths } from './read-months.ts';
import type { Quarantine } from './read-quarantine.ts';
import type { Looking } from './stored-documents.ts';
import type { Resolved, VerifyRange } from './verify-range.ts';

export type Progress = {
  readonly phase: 'quarantine' | 'log' | 'indices';
  readonly done: number;
  readonly total: number;
};

export type VerifyOptions = {
  readonly kafka: KafkaConnection;
  readonly client: Client;
  readonly eventsTopic: string;
  readonly quarantineTopic: string;
  readonly indexPrefix: string;
  /** Where given, every item of quarantine has to be listed there. */
  readonly quarantineIndex?: string;
  /**
   * Where given, what the indexer has not committed yet is `waiting` where it is not stored; where not, all of the range
   * has to be stored.
   */
  readonly groups?: IndexerGroups;
  /** By default all that the log has. What comes while it is verified is not. */
  readonly range?: VerifyRange;
  /** Milliseconds for which the groups are waited for to commit the range. By default none. */
  readonly waitMs?: number;
  /**
   * Writes what is missing in the indices; nothing is overwritten or deleted. A month's index that is gone is made with
   * these settings.
   */
  readonly repair?: IndexSettings;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
};

export type IndexerGroups = { readonly events: string; readonly quarantine: string };

/** What is known before the first record is read. */
export type Known = Resolved & {
  readonly committed: ReadonlyMap<number, bigint> | undefined;
  readonly quarantine: Quarantine;
  /** Months, as of the beginning. */
  readonly dropped: DroppedMonths;
  readonly looking: Looking;
};
