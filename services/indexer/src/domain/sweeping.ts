/**
 * Sweeping again and again: at once, and then about every hour, not in step with other replicas. A sweep that fails is
 * reported and stops nothing: the next one is as good.
 */

/** Milliseconds between two sweeps: what is a day or a year late by an hour is on time. */
const INTERVAL_MS = 3_600_000;

export type SweepingDependencies = {
  /** One sweep. It stops at its next step when the signal aborts. */
  readonly sweep: (signal: AbortSignal) => Promise<void>;
  readonly onDone: () => void;
  readonly onFailed: (error: unknown) => void;
  /** Gives numbers in [0, 1). */
  readonly random: () => number;
  /** Rejects when the signal aborts. */
  readonly delay: (ms: number, signal: AbortSignal) => Promise<unknown>;
};

/** Until it is disposed, which waits for no request that is on its way: what was begun is finished by the next sweep. */
export function startSweeping(dependencies: SweepingDependencies): AsyncDisposable {
  const { sweep, onDone, onFailed, random, delay } = dependencies;
  const stopping = new AbortController();
  const { signal } = stopping;
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  const sweepOn = async (): Promise<void> => {
    for (;;) {
      try {
        await Promise.race([sweep(signal), stopped]);
        if (signal.aborted) return;
        onDone();
      } catch (error) {
        if (signal.aborted) return;
        onFailed(error);
      }
      try {
        await delay(INTERVAL_MS * (0.75 + random() / 2), signal);
      } catch (error) {
        if (signal.aborted) return;
        throw error;
      }
    }
  };
  const sweeping = sweepOn();
  return {
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await sweeping;
    },
  };
}
