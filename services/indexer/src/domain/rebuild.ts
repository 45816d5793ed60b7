/**
 * The rebuild: this release's generation, made of the stored events of the one before while both go on taking new ones,
 * and read in its place once it lacks nothing. Every step can be done again: whoever is killed in the middle, the next one
 * goes on at the month that was not finished. It never leaves an event out: where one can't be copied it ends, says which,
 * and what is read stays what it is.
 */
import type { RebuildReports } from '../rebuild-events.ts';
import type { Copied } from './copy-documents.ts';
import { retryDelayMs } from './retry-delay.ts';
import type { StoredDocument } from './stored-record.ts';
import { codeOf, type RetryDependencies } from './until-written.ts';

/** Of the log, by the number of the partition. */
export type Offsets = ReadonlyMap<number, bigint>;

export type OlderMonth = { readonly month: string; readonly index: string };

/** The older generation and this one. What is away makes it reject with a code. */
export type RebuildStore = {
  /** Whether this release's generation is read, and nothing else. */
  readonly isRead: () => Promise<boolean>;
  readonly months: () => Promise<readonly OlderMonth[]>;
  readonly isDropped: (month: string) => Promise<boolean>;
  readonly isCopied: (month: string) => Promise<boolean>;
  readonly markCopied: (month: string) => Promise<void>;
  readonly pages: (index: string, signal: AbortSignal) => AsyncIterable<readonly StoredDocument[]>;
  readonly countOlder: (index: string) => Promise<number>;
  /** The ids of all documents of an index, each once. */
  readonly idPages: (index: string, signal: AbortSignal) => AsyncIterable<readonly string[]>;
  /** Those of the ids that this generation has no document of. */
  readonly lacking: (
    month: string,
    ids: readonly string[],
    signal: AbortSignal,
  ) => Promise<readonly string[]>;
  /** What this generation has is found by searches from then on. */
  readonly refresh: () => Promise<void>;
  readonly switchOver: () => Promise<void>;
};

export type RebuildDependencies = Pick<RetryDependencies, 'random' | 'delay'> & {
  readonly store: RebuildStore;
  /** One past the last record, and the next one that this generation reads, by partition. */
  readonly log: { readonly ends: () => Promise<Offsets>; readonly positions: () => Promise<Offsets> };
  readonly copy: (
    index: string,
    documents: readonly StoredDocument[],
    signal: AbortSignal,
  ) => Promise<Copied>;
  /**
   * One replica does it. Two that take themselves for it for a moment do no harm: while nobody knows, as in a rebalance,
   * whoever does it goes on.
   */
  readonly whose: () => 'ours' | 'not-ours' | 'unknown';
  readonly eventsPerSecondMax: number;
  /** Milliseconds, of a clock that only goes forward. */
  readonly elapsedMs: () => number;
  readonly reports: Pick<
    RebuildReports,
    | 'rebuildProgress'
    | 'monthCopied'
    | 'comparing'
    | 'catchingUp'
    | 'rebuildWaits'
    | 'rebuildStopped'
    | 'switched'
  >;
};

/** How often is looked whether it is ours, and whether all is read. */
const POLL_MS = 500;
const PROGRESS_MS = 10_000;

/** Resolves when this generation is read, or can't be without a person. Rejects where the signal aborts. */
export async function rebuild(dependencies: RebuildDependencies, signal: AbortSignal): Promise<void> {
  const { store, whose, reports, random, delay } = dependencies;
  for (let attempt = 1; ; ) {
    while (whose() !== 'ours') await delay(POLL_MS, signal);
    try {
      if ((await store.isRead()) || (await tryOnce(dependencies, signal)) === 'ended') return;
      attempt = 1;
    } catch (error) {
      signal.throwIfAborted();
      const delayMs = retryDelayMs(attempt, random);
      reports.rebuildWaits({ reason: codeOf(error), delayMs, attempt });
      await delay(delayMs, signal);
      attempt++;
    }
  }
}

async function tryOnce(
  dependencies: RebuildDependencies,
  signal: AbortSignal,
): Promise<'ended' | 'handed-on'> {
  const { store, log, reports } = dependencies;
  const months = await store.months();
  let damaged = 0;
  const damagedIn: string[] = [];
  for (const older of months) {
    if ((await store.isDropped(older.month)) || (await store.isCopied(older.month))) continue;
    const copied = await copyMonth(older, dependencies, signal);
    if (copied === 'handed-on') return 'handed-on';
    damaged += copied.damaged;
    if (copied.damaged === 0) await store.markCopied(older.month);
    else damagedIn.push(older.index);
    reports.monthCopied(older.index, copied);
  }
  if (damaged > 0) {
    reports.rebuildStopped('damaged-documents', damaged, damagedIn);
    return 'ended';
  }
  await caughtUp(await log.ends(), dependencies, signal);
  let missing = 0;
  const missingOf: string[] = [];
  for (const older of await store.months()) {
    if (await store.isDropped(older.month)) continue;
    const lacks = await lacksOf(older, dependencies, signal);
    if (lacks === 'handed-on') return 'handed-on';
    if (lacks === 0) continue;
    missing += lacks;
    missingOf.push(older.index);
  }
  if (missing > 0) {
    reports.rebuildStopped('fewer-events', missing, missingOf);
    return 'ended';
  }
  // The comparison may have taken hours, and what is written is found only after a refresh.
  await caughtUp(await log.ends(), dependencies, signal);
  await store.refresh();
  await store.switchOver();
  reports.switched();
  return 'ended';
}

async function copyMonth(
  { index }: OlderMonth,
  { store, copy, whose, eventsPerSecondMax, elapsedMs, reports, delay }: RebuildDependencies,
  signal: AbortSignal,
): Promise<Copied | 'handed-on'> {
  const sum = { created: 0, alreadyStored: 0, dropped: 0, damaged: 0 };
  const events = await store.countOlder(index);
  let done = 0;
  let saidAtMs = elapsedMs();
  let pageAtMs = saidAtMs;
  for await (const page of store.pages(index, signal)) {
    if (whose() === 'not-ours') return 'handed-on';
    const { created, alreadyStored, dropped, damaged } = await copy(index, page, signal);
    sum.created += created;
    sum.alreadyStored += alreadyStored;
    sum.dropped += dropped;
    sum.damaged += damaged;
    done += page.length;
    if (elapsedMs() - saidAtMs > PROGRESS_MS) {
      saidAtMs = elapsedMs();
      reports.rebuildProgress(index, { done, events });
    }
    const restMs = pageAtMs + (page.length / eventsPerSecondMax) * 1000 - elapsedMs();
    if (restMs > 0) await delay(restMs, signal);
    pageAtMs = elapsedMs();
  }
  return sum;
}

/**
 * How many events of a month this generation lacks; the first that are found, there may be more. Id by id: of two counts
 * the one may be made up for by what the other has not.
 */
async function lacksOf(
  { month, index }: OlderMonth,
  dependencies: RebuildDependencies,
  signal: AbortSignal,
): Promise<number | 'handed-on'> {
  const { store, log, whose, elapsedMs, reports } = dependencies;
  let done = 0;
  let saidAtMs = elapsedMs();
  for await (const ids of store.idPages(index, signal)) {
    if (whose() === 'not-ours') return 'handed-on';
    let lacking = await store.lacking(month, ids, signal);
    if (lacking.length > 0) {
      // The older generation took it from the log, in which it was before this end: once that is read, it is here as well.
      await caughtUp(await log.ends(), dependencies, signal);
      lacking = await store.lacking(month, lacking, signal);
    }
    if (lacking.length > 0) return (await store.isDropped(month)) ? 0 : lacking.length;
    done += ids.length;
    if (elapsedMs() - saidAtMs > PROGRESS_MS) {
      saidAtMs = elapsedMs();
      reports.comparing(index, { done });
    }
  }
  return 0;
}

/** Resolves once this generation has read up to `ends`: it is not behind the older one any more. */
async function caughtUp(
  ends: Offsets,
  { log, reports, elapsedMs, delay }: RebuildDependencies,
  signal: AbortSignal,
): Promise<void> {
  let saidAtMs = elapsedMs();
  for (;;) {
    const positions = await log.positions();
    const behind = [...ends].filter(([partition, end]) => (positions.get(partition) ?? 0n) < end);
    if (behind.length === 0) return;
    if (elapsedMs() - saidAtMs > PROGRESS_MS) {
      saidAtMs = elapsedMs();
      const records = behind.reduce((all, [id, end]) => all + end - (positions.get(id) ?? 0n), 0n);
      reports.catchingUp({ partitions: behind.map(([id]) => id), records: String(records) });
    }
    await delay(POLL_MS, signal);
  }
}
