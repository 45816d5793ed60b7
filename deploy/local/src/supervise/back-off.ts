/**
 * How long to wait before a dead process is started again: twice as long each time, from half a second to half a
 * minute, and from the beginning again after one that stayed up for half a minute.
 */

const firstMs = 500;
const maxMs = 30_000;
const resetAfterUpMs = 30_000;

/** `previousMs` is what was waited before the run that ended now; undefined before the first. */
export function backOffMs(previousMs: number | undefined, upMs: number): number {
  if (previousMs === undefined || upMs >= resetAfterUpMs) return firstMs;
  return Math.min(previousMs * 2, maxMs);
}
