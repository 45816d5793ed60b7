/**
 * Which Elasticsearch index holds an event: one a month (UTC) of the id's timestamp, named from the id alone.
 *
 * A read by id goes to one index, and writing an event twice meets itself. The window of months is part of
 * the contract, never a setting: no client's clock can exhaust the cluster's shards, and no configuration can
 * move an id to another index.
 */
import { eventIdMs } from './event-id.ts';

/** The prefix of every index of events; the read side searches what `indexPatterns` match. */
export const EVENTS_INDEX = 'auditbox-events';

const FIRST_MONTH_MS = Date.UTC(2010, 0);
const END_MS = Date.UTC(2040, 0);

/** The suffix of the index for events outside 2010-01 to 2039-12. */
const OTHER = 'other';

/** `2026.01`, or `other` outside the window. `id` must be an event id. */
export function indexMonth(id: string): string {
  const ms = eventIdMs(id);
  if (ms < FIRST_MONTH_MS || ms >= END_MS) return OTHER;
  return new Date(ms).toISOString().slice(0, 7).replace('-', '.');
}

/** The index that holds the event with `id`, under `prefix` (tests use their own). */
export function indexName(id: string, prefix: string = EVENTS_INDEX): string {
  return `${prefix}-${indexMonth(id)}`;
}

/**
 * What matches every index of events under `prefix`, and none under a prefix that begins with it
 * (`auditbox-events-v2-2026.01` is not of `auditbox-events`).
 */
export function indexPatterns(prefix: string): string[] {
  return [`${prefix}-20*`, `${prefix}-${OTHER}*`];
}
