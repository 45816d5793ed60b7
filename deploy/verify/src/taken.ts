/**
 * Whether a record was taken before or after its month was dropped. The indexer puts into quarantine whatever was taken
 * after: by the gateway's clock it is later than what the indexer's clock said of the drop.
 */
export type Taken = 'before' | 'after' | 'unclear';

/**
 * How far these two clocks may be apart, in milliseconds: what is later by less may have been stored before the drop, and
 * have gone with its month. Beyond it the indexer itself warns of its clock.
 */
export const UNCLEAR_MS = 60_000;

/** @param takenMs as a document says it, in milliseconds since 1970, as is `droppedAtMs`; that may be NaN */
export function takenAround(droppedAtMs: number, takenMs: number): Taken {
  if (takenMs <= droppedAtMs) return 'before';
  return takenMs > droppedAtMs + UNCLEAR_MS ? 'after' : 'unclear';
}
