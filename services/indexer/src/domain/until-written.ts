/**
 * Writing until nothing is left: what failed for a passing reason is tried again, that alone, with a growing pause. It
 * ends when all is written or the partition is taken away.
 */
import type { IndexerReports } from '../events.ts';
import { retryDelayMs } from './retry-delay.ts';

/** A batch of one partition, in the order of the log. */
export type Batch<Record> = {
  readonly partition: number;
  readonly records: readonly Record[];
  /** Says that a record needs no second delivery. */
  readonly confirm: (offset: bigint) => void;
  /** Aborts when the batch is another's now. */
  readonly signal: AbortSignal;
};

export type RetryDependencies = {
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** Rejects when `signal` aborts. */
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly reports: Pick<IndexerReports, 'mappingBehind' | 'retrying'>;
};

/** What one try left. */
export type Tried<Item> = {
  readonly again: readonly Item[];
  readonly mappingBehind: boolean;
  /** Why it is to be tried again. */
  readonly reason: string;
};

/** Calls `tryOnce` with `items`, and with what is left of them, until nothing is left. */
export async function untilWritten<Item>(
  items: readonly Item[],
  tryOnce: (items: readonly Item[]) => Promise<Tried<Item>>,
  { partition, signal }: Pick<Batch<unknown>, 'partition' | 'signal'>,
  dependencies: RetryDependencies,
): Promise<void> {
  const { random, delay, reports } = dependencies;
  let left = items;
  for (let attempt = 1; left.length > 0; attempt++) {
    const { again, mappingBehind, reason } = await tryOnce(left);
    left = again;
    if (left.length === 0) return;
    const delayMs = retryDelayMs(attempt, random);
    if (mappingBehind) reports.mappingBehind(partition, delayMs);
    else reports.retrying({ partition, reason, events: left.length, delayMs, attempt });
    await delay(delayMs, signal);
  }
}

/** The code of an operational failure. A foreign error is a programmer's: it goes on up and ends the process. */
export function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string') throw error;
  return code;
}
