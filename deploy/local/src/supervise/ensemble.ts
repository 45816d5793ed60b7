/**
 * All parts of one `npm start`, in stages: a stage starts when every part of the one before is ready. They stop in
 * the opposite order, and within a stage group after group, so that nobody is left talking to something that is gone.
 */
import type { Part } from '../parts/part.ts';
import { Supervised, type SuperviseOptions } from './supervised.ts';

export interface Stage extends SuperviseOptions {
  /** Started all together; stopped one group after the other, each group together. */
  readonly groups: readonly (readonly Part[])[];
}

export class Ensemble {
  /** In the order in which they stop. */
  readonly #groups: Supervised[][] = [];

  /** Resolves when all of the stage are ready; rejects with the first part's Failure, or when asked to stop. */
  async start({ groups, mustStartAtOnce }: Stage, stop: AbortSignal): Promise<void> {
    stop.throwIfAborted();
    const started = groups.map((parts) => parts.map((part) => new Supervised(part, { mustStartAtOnce })));
    this.#groups.unshift(...started);
    const stopped = Promise.withResolvers<never>();
    const heard = () => stopped.reject(stop.reason);
    stop.addEventListener('abort', heard, { once: true });
    try {
      const ready = Promise.all(started.flat().map((each) => each.firstReady));
      await Promise.race([ready, stopped.promise]);
    } finally {
      stop.removeEventListener('abort', heard);
    }
  }

  /** Orderly; from the moment `atOnce` aborts, everything is killed instead. */
  async stop(atOnce: AbortSignal): Promise<void> {
    const kill = () => void Promise.all(this.#groups.flat().map((each) => each.kill()));
    atOnce.addEventListener('abort', kill, { once: true });
    for (const group of this.#groups) await Promise.all(group.map((each) => each.stop()));
    atOnce.removeEventListener('abort', kill);
  }
}
