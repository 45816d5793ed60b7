/**
 * Which Elasticsearch index holds an event: one a month (UTC) of the id's timestamp, named from the id alone.
 *
 * A read by id goes to one index, and writing an event twice meets itself. The window of months is part of
 * the contract, never a setting: no client's clock can exhaust the cluster's shards, and no configuration can
 * move an id to another index.
 *
 * A month is written to the index of its generation (`auditbox-events-v5-2026.01`), which is made for one version of the
 * projection, and read by an alias without it (`auditbox-events-2026.01`): so a release whose projection differs builds
 * its own set beside the other, and the alias changes hands at once.
 */
import { PROJECTION_VERSION } from '../search/document.ts';
import { eventIdMs } from './event-id.ts';

/** The prefix of every index of events; the read side searches what `indexPatterns` match. */
export const EVENTS_INDEX = 'auditbox-events';

const FIRST_YEAR = 2010;
const LAST_YEAR = 2039;
const FIRST_MONTH_MS = Date.UTC(FIRST_YEAR, 0);
const END_MS = Date.UTC(LAST_YEAR + 1, 0);

/** The suffix of the index for events outside 2010-01 to 2039-12. */
const OTHER = 'other';

/** `2026.01`, or `other` outside the window. `id` must be an event id. */
export function indexMonth(id: string): string {
  const ms = eventIdMs(id);
  if (ms < FIRST_MONTH_MS || ms >= END_MS) return OTHER;
  return new Date(ms).toISOString().slice(0, 7).replace('-', '.');
}

/** Whether `text` is what `indexMonth` can give. */
export function isIndexMonth(text: string): boolean {
  return text === OTHER || /^20[123]\d\.(0[1-9]|1[0-2])$/.test(text);
}

/** All that `indexMonth` can give, in their order; `other` is the last. */
export function indexMonths(): string[] {
  const years = Array.from({ length: LAST_YEAR - FIRST_YEAR + 1 }, (_, at) => FIRST_YEAR + at);
  const months = Array.from({ length: 12 }, (_, at) => String(at + 1).padStart(2, '0'));
  return [...years.flatMap((year) => months.map((month) => `${year}.${month}`)), OTHER];
}

/** When a month ends, in milliseconds since 1970: the first moment that is not of it. undefined for `other`, which never does. */
export function monthEndMs(month: string): number | undefined {
  if (month === OTHER) return undefined;
  const [year, number] = month.split('.').map(Number);
  // Date counts months from 0, so that the number of this one names the next.
  return Date.UTC(year ?? 0, number ?? 0);
}

/** The name under which the event with `id` is read, under `prefix` (tests use their own). */
export function indexName(id: string, prefix: string = EVENTS_INDEX): string {
  return monthName(indexMonth(id), prefix);
}

/** The name under which a month is read. */
export function monthName(month: string, prefix: string): string {
  return `${prefix}-${month}`;
}

/** The index that a month is written to by a release with this version of the projection. */
export function writtenIndex(month: string, prefix: string, projection: number = PROJECTION_VERSION): string {
  return `${prefix}-v${projection}-${month}`;
}

/** The month and the generation that the name of an index under `prefix` says; undefined for any other name. */
export function writtenMonth(
  index: string,
  prefix: string,
): { readonly month: string; readonly projection: number } | undefined {
  if (!index.startsWith(`${prefix}-v`)) return undefined;
  const [, projection, month = ''] = /^(\d{1,6})-(.+)$/.exec(index.slice(`${prefix}-v`.length)) ?? [];
  return isIndexMonth(month) ? { month, projection: Number(projection) } : undefined;
}

/**
 * What matches every name that events under `prefix` are read by, and none under a prefix that begins with it, unless
 * that goes on as a year does (`auditbox-events-v5-2026.01` is not of these).
 */
export function indexPatterns(prefix: string): string[] {
  return [`${prefix}-20*`, `${prefix}-${OTHER}*`];
}

/** What matches every index that a generation is written to. */
export function writtenPatterns(prefix: string, projection: number = PROJECTION_VERSION): string[] {
  return indexPatterns(`${prefix}-v${projection}`);
}
