/**
 * Waiting for a condition, with a deadline; how long it took is what is measured here. What waits within a signal's time
 * waits no longer than that, whatever its own deadline.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as wait } from 'node:timers/promises';

const POLL_INTERVAL_MS = 50;

const ends = new AsyncLocalStorage<AbortSignal>();

/** Whatever `doing` waits for rejects with the signal's reason once that aborts. */
export function waitingWithin<Result>(end: AbortSignal, doing: () => Promise<Result>): Promise<Result> {
  return ends.run(end, doing);
}

/** Waits for `ms` milliseconds. */
export async function pause(ms: number): Promise<void> {
  const end = ends.getStore();
  await wait(ms, undefined, { signal: end }).catch(() => {});
  end?.throwIfAborted();
}

/**
 * Milliseconds until `holds`; a look that throws is looked at again. Throws with `what` once `deadlineMs` have passed.
 */
export async function waitUntil(
  what: string,
  holds: () => Promise<boolean> | boolean,
  deadlineMs: number,
): Promise<number> {
  const startedMs = performance.now();
  const elapsedMs = (): number => performance.now() - startedMs;
  for (let fault = ''; ; ) {
    try {
      if (await holds()) return elapsedMs();
    } catch (error) {
      fault = `: ${error}`;
    }
    if (elapsedMs() > deadlineMs) throw new NotInTime(`not within ${deadlineMs / 1000} s: ${what}${fault}`);
    await pause(POLL_INTERVAL_MS);
  }
}

export class NotInTime extends Error {
  override readonly name = 'NotInTime';
}
