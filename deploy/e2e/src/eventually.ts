/** Waiting for a condition, with a deadline; never for a time. */
import { setTimeout as wait } from 'node:timers/promises';

const POLL_INTERVAL_MS = 50;

/**
 * The first value of `look` that `holds`; a `look` that throws is looked at again, as a client does after a 503. Throws
 * with `what` and the last value once `deadlineMs` have passed.
 */
export async function eventually<Value>(
  what: string,
  look: () => Promise<Value>,
  holds: (value: Value) => boolean,
  deadlineMs = 30_000,
): Promise<Value> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    let seen: string;
    try {
      const value = await look();
      if (holds(value)) return value;
      seen = JSON.stringify(value);
    } catch (error) {
      seen = String(error);
    }
    if (performance.now() > deadline)
      throw new Error(`not within ${deadlineMs} ms: ${what}; at last ${seen}`);
    await wait(POLL_INTERVAL_MS);
  }
}
