/** What verifying found. */

import type { Incomplete } from './incomplete.ts';
import type { Difference, Verdict } from './verdict.ts';
import type { VerifiedPartition } from './verify-range.ts';

export type Report = {
  /** No difference was found: neither of a record, nor of a document, nor of quarantine. */
  readonly isClean: boolean;
  /** All that was asked could be judged. Not so: `incomplete` says why, and that no difference was found is no proof. */
  readonly isComplete: boolean;
  readonly incomplete: readonly Incomplete[];
  /** Offsets of the range that could not be read: deleted, not written yet, or behind an open transaction. */
  readonly unread: number;
  /** Records that were read. Their verdicts (`RECORD_VERDICTS`) add up to this. */
  readonly records: number;
  readonly verdicts: Readonly<Record<Verdict, number>>;
  /** The first DIFFERENCES_MAX of them, and how many there are. */
  readonly differences: readonly Difference[];
  readonly differencesTotal: number;
  /** Events, each counted once. */
  readonly ids: number;
  /** Documents that were looked at in the indices. */
  readonly documents: number;
  /** Documents without a record, older than what the log still has. */
  readonly documentsBeyondLog: number;
  readonly quarantineRecords: number;
  readonly partitions: readonly VerifiedPartition[];
  /** Not so: what follows from all records (surplus, copies outside the range) is not said. */
  readonly isWhole: boolean;
  /**
   * Documents that were missing and are there now: written here, or by an indexer in the meantime. They are counted as missing
   * all the same.
   */
  readonly repaired: number;
  /** What an operator has to know beside the counts, a sentence each. */
  readonly notes: readonly string[];
  readonly durationMs: number;
};
