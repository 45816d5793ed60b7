/** Trying again what Elasticsearch did not do for a reason that passes by itself: a few times, with a growing pause. */
import { setTimeout as pause } from 'node:timers/promises';
import { ElasticError } from '@auditbox/indexer/elastic/errors';

/** How often it is asked, and the milliseconds before the second time: in all less than two seconds of pauses. */
export const TRIES_MAX = 4;
const TRY_AGAIN_MS = 250;

/** It is busy, or what is before it does not reach it; undefined where there is no answer, or none that is one. */
const PASSING: readonly (number | undefined)[] = [undefined, 429, 502, 503, 504];

export function mayPass(status: number | undefined): boolean {
  return PASSING.includes(status);
}

/** @throws what the last try threw, or the first one that will not pass */
export async function tryingAgain<Answer>(ask: () => Promise<Answer>, signal?: AbortSignal): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      signal?.throwIfAborted();
      const isPassing = error instanceof ElasticError && mayPass(error.status);
      if (!isPassing || attempt === TRIES_MAX) throw error;
      await beforeNext(attempt, signal);
    }
  }
}

/** @param attempt the one that failed, from 1 */
export async function beforeNext(attempt: number, signal?: AbortSignal): Promise<void> {
  await pause(TRY_AGAIN_MS * 2 ** (attempt - 1), undefined, { ...(signal && { signal }) });
}
