/**
 * Waiting out the moment in which a shard is not there: a new month's index takes some hundred milliseconds to
 * start, a failover some seconds. What is still away after that is the client's to try again (503).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type ElasticError, elasticError } from './errors.ts';

/** Milliseconds before the second, third… try. */
export const RETRY_DELAYS_MS = [100, 200, 400, 800, 1600] as const;

/** Resolves after `delayMs`, or rejects once `signal` fires. */
export type Wait = (delayMs: number, signal: AbortSignal) => Promise<void>;

const waitOnClock: Wait = (delayMs, signal) => sleep(delayMs, undefined, { signal });

/**
 * What `attempt` gives; of its failures, the retryable ones are tried again. Rejects with an ElasticError, or
 * with an AbortError where `signal` fires during a wait.
 */
export async function retried<Result>(
  attempt: () => Promise<Result>,
  signal: AbortSignal,
  wait: Wait = waitOnClock,
): Promise<Result> {
  let last: ElasticError | undefined;
  for (const delayMs of [0, ...RETRY_DELAYS_MS]) {
    if (last !== undefined) await wait(delayMs, signal);
    try {
      return await attempt();
    } catch (error) {
      last = elasticError(error);
      if (!last.retryable || signal.aborted) break;
    }
  }
  throw last;
}
