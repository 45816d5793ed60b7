/** How long to wait before the next try: exponential, with jitter over its upper half, so that replicas don't come back in step. */

const FIRST_DELAY_MS = 100;
const DELAY_MS_MAX = 10_000;

/** Milliseconds before try number `attempt` (from 1). `random` gives numbers in [0, 1). */
export function retryDelayMs(attempt: number, random: () => number): number {
  const ceiling = Math.min(FIRST_DELAY_MS * 2 ** Math.min(attempt - 1, 30), DELAY_MS_MAX);
  return Math.ceil(ceiling / 2 + (ceiling / 2) * random());
}
