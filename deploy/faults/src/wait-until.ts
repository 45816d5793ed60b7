/** Waiting for a condition, with a deadline; how long it took is what is measured here. */
import { setTimeout as wait } from 'node:timers/promises';

const POLL_INTERVAL_MS = 50;

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
    await wait(POLL_INTERVAL_MS);
  }
}

export class NotInTime extends Error {
  override readonly name = 'NotInTime';
}
