/**
 * What ends the retention of a month: it is written down as dropped, and only then its indices are deleted, of every
 * generation, each by its exact name. So no index of it is made again, whatever is killed in between: a month that is dropped and
 * still has indices loses them at the next sweep. A month that is held is left alone.
 *
 * What is deleted can't be had again, and a clock can be wrong: a month is past its retention only where every clock that can be
 * asked says so, the one here and that of each node of Elasticsearch.
 */
import { isPastRetention } from '@auditbox/fhir-core';
import type { Client } from '@elastic/elasticsearch';
import { ElasticError, elasticError } from './errors.ts';
import { allPatterns, monthOfIndex } from './month-of-index.ts';
import type { MonthEntry, Months } from './months.ts';

/** Milliseconds by which two clocks may differ before somebody hears of it: more is no matter of a slow answer. */
const CLOCKS_APART_MAX_MS = 60_000;

export type RetentionReports = {
  /** By this sweep, and perhaps by another replica's at the same moment. */
  readonly deleted: (month: string, index: string) => void;
  /** Of one month; the others are gone on with, and this one is tried again at the next sweep. */
  readonly notDropped: (month: string, error: ElasticError) => void;
  readonly clocksApart: (apartMs: number) => void;
};

export type SweepDependencies = {
  readonly client: Client;
  readonly indexPrefix: string;
  readonly months: Pick<Months, 'list' | 'drop'>;
  readonly days: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly reports: RetentionReports;
};

/** One look at all months. Rejects where Elasticsearch does not answer; a sweep that is cut short is finished by the next. */
export async function sweepMonths(dependencies: SweepDependencies, signal: AbortSignal): Promise<void> {
  const { client, indexPrefix, months, reports } = dependencies;
  const indices = await indicesByMonth(client, indexPrefix);
  const nowMs = await earliestClock(dependencies);
  const entries = await months.list();
  for (const [month, names] of indices) {
    signal.throwIfAborted();
    try {
      if (!(await isDropped(month, entries.get(month), nowMs, dependencies))) continue;
      for (const index of names) {
        if (await deleteIndex(client, index)) reports.deleted(month, index);
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ElasticError)) throw error;
      reports.notDropped(month, error);
    }
  }
}

/** Whether the month is dropped, by now or since before: then its indices are to go. */
async function isDropped(
  month: string,
  entry: MonthEntry | undefined,
  nowMs: number,
  { months, days }: SweepDependencies,
): Promise<boolean> {
  if (entry !== undefined) return entry.state === 'dropped';
  // Whoever holds it at this moment comes first or last, never both.
  return isPastRetention(month, days, nowMs) && (await months.drop(month)) === 'dropped';
}

/** The indices of events under the prefix, of every generation and before, closed ones too; none that another program or prefix made. */
async function indicesByMonth(client: Client, indexPrefix: string): Promise<Map<string, string[]>> {
  const byMonth = new Map<string, string[]>();
  try {
    const found = await client.indices.getMapping({
      index: allPatterns(indexPrefix),
      expand_wildcards: 'all',
      allow_no_indices: true,
      filter_path: ['*.mappings._meta'],
    });
    for (const [index, { mappings }] of Object.entries(found).toSorted()) {
      const named = monthOfIndex(index, indexPrefix);
      const projection: unknown = mappings._meta?.projection;
      // Whoever made it says so in its mapping: a name alone may be anybody's.
      if (named === undefined || typeof projection !== 'number') continue;
      if (named.projection !== undefined && named.projection !== projection) continue;
      byMonth.set(named.month, [...(byMonth.get(named.month) ?? []), index]);
    }
    return byMonth;
  } catch (error) {
    throw elasticError(error);
  }
}

/** The earliest of all clocks, in milliseconds since 1970. Rejects where Elasticsearch does not say what its own is. */
async function earliestClock({ client, now, reports }: SweepDependencies): Promise<number> {
  const before = now();
  let clocks: number[];
  try {
    const { nodes, _nodes } = await client.nodes.stats({
      metric: 'process',
      filter_path: ['nodes.*.timestamp', '_nodes.failed'],
    });
    // A node that does not answer may be the one that is right.
    if ((_nodes?.failed ?? 0) > 0) throw new ElasticError(undefined);
    clocks = Object.values(nodes ?? {}).flatMap(({ timestamp }) => timestamp ?? []);
  } catch (error) {
    throw elasticError(error);
  }
  if (clocks.length === 0) throw new ElasticError(undefined);
  const after = now();
  // Each was read at some moment between the two.
  const apartMs = Math.max(...clocks.map((clock) => Math.max(before - clock, clock - after, 0)));
  if (apartMs > CLOCKS_APART_MAX_MS) reports.clocksApart(apartMs);
  return Math.min(before, ...clocks);
}

/** Whether it was there. */
async function deleteIndex(client: Client, index: string): Promise<boolean> {
  try {
    const { statusCode } = await client.indices.delete({ index }, { ignore: [404], meta: true });
    return statusCode !== 404;
  } catch (error) {
    throw elasticError(error);
  }
}
