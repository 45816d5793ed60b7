/**
 * When the events of a month have been kept for long enough. Only whole months are dropped, so each event is kept for the
 * days of the retention from the end of the month that its id names. `other` is no month, and is kept for ever.
 */
import { monthEndMs } from './index-name.ts';

const DAY_MS = 86_400_000;

/** The last millisecond, since 1970, at which a month is kept; undefined for `other`. */
export function retentionEndMs(month: string, days: number): number | undefined {
  const endMs = monthEndMs(month);
  return endMs === undefined ? undefined : endMs + days * DAY_MS;
}

/** Whether the retention of a month is over at `nowMs` (milliseconds since 1970). */
export function isPastRetention(month: string, days: number, nowMs: number): boolean {
  const endMs = retentionEndMs(month, days);
  return endMs !== undefined && endMs < nowMs;
}
