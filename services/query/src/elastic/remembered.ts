/** What changes seldom and is needed by every search: looked up once in a while, not each time. */

/** Milliseconds for which what was seen holds: new indices come once a month, larger events ever more seldom. */
const SEEN_FOR_MS = 10_000;

/** `look`, or what it gave a moment ago. What it rejects with is not remembered. */
export function remembered<Value>(
  look: (signal: AbortSignal) => Promise<Value>,
  forMs = SEEN_FOR_MS,
): (signal: AbortSignal) => Promise<Value> {
  let seen: { readonly value: Value; readonly until: number } | undefined;
  return async (signal) => {
    if (seen === undefined || performance.now() >= seen.until) {
      const value = await look(signal);
      seen = { value, until: performance.now() + forMs };
    }
    return seen.value;
  };
}
