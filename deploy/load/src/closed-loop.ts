/** A closed loop: each of some connections posts, waits for the answer, posts again, for a time. */
import type { Connections } from './connections.ts';

export type Rate = {
  readonly perSecond: number;
  /** Answers of the whole run, warm-up too: all of them are to be found. */
  readonly answered: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
};

/** Where is posted, as what, and the status of what was taken. */
export type Door = { readonly path: string; readonly contentType: string; readonly taken: number };

/** Throws at the first answer that is another. */
export async function closedLoop(
  { concurrently, post }: Connections,
  { path, contentType, taken }: Door,
  body: () => string,
  { seconds, warmUpSeconds }: { readonly seconds: number; readonly warmUpSeconds: number },
): Promise<Rate> {
  const countFrom = performance.now() + warmUpSeconds * 1000;
  const end = countFrom + seconds * 1000;
  const latencies: number[] = [];
  let answered = 0;
  const loop = async (): Promise<void> => {
    for (;;) {
      const started = performance.now();
      if (started >= end) return;
      const { status } = await post(path, body(), contentType);
      if (status !== taken) throw new Error(`bench: ${path} answered ${status}`);
      answered++;
      const now = performance.now();
      if (started >= countFrom && now <= end) latencies.push(now - started);
    }
  };
  await Promise.all(Array.from({ length: concurrently }, loop));
  latencies.sort((a, b) => a - b);
  return {
    perSecond: latencies.length / seconds,
    answered,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
}

/** Milliseconds with one decimal. */
export function quantile(sorted: readonly number[], q: number): number {
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0) * 10) / 10;
}
