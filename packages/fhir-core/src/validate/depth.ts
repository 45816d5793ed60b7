/**
 * How deep a value may nest. A Reference holds an Identifier that holds a Reference, so R4 sets no bound, and
 * every walk over an event (check, diagnosis, digest, `JSON.stringify`) is recursive: without a bound, a body
 * of brackets overflows the stack of whoever comes first.
 */

/** Levels of objects and arrays, the value itself included. Real events stay under 12. */
export const DEPTH_MAX = 256;

/** Whether `value` has more than `levels` levels of objects and arrays. Never recurses deeper than that. */
export function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (isDeeperThan(levels - 1, item)) return true;
    return false;
  }
  for (const key in value) {
    if (isDeeperThan(levels - 1, (value as Record<string, unknown>)[key])) return true;
  }
  return false;
}
