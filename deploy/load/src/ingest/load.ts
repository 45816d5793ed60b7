/** Runs the load (`load-client.ts`) in a process of its own, and reads CPU at both ends of what is counted. */
import { cpuSeconds } from '../cpu-seconds.ts';
import { startTask } from '../task-process.ts';
import type { Behind } from './keep-up.ts';
import type { Kind } from './kinds.ts';

export type LoadTask = {
  readonly url: string;
  readonly kind: Kind;
  readonly seed: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** Requests a second, however fast they are answered; undefined: as fast as they are. */
  readonly perSecond?: number;
  /** Only as fast as the index keeps up. */
  readonly behind?: Behind;
};

export type LoadResult = {
  /** Answered within the time that is counted. */
  readonly requests: number;
  readonly events: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of all that was answered, in the warm-up too. */
  readonly ids: readonly string[];
};

export type Load = LoadResult & {
  /** CPU seconds of each of `pids` while it was counted, in their order. */
  readonly cpu: readonly number[];
};

export type LoadFigures = {
  readonly eventsPerSecond: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
};

/** @param during what is to be done besides, from when it counts until its signal aborts */
export async function runLoad(
  task: LoadTask,
  pids: readonly number[],
  stop: AbortSignal,
  during: (ended: AbortSignal) => void = () => {},
): Promise<Load> {
  const client = startTask<LoadResult>(new URL('./load-client.ts', import.meta.url), task, stop);
  await client.said('started');
  const ended = new AbortController();
  during(AbortSignal.any([ended.signal, stop]));
  const before = pids.map(cpuSeconds);
  try {
    await client.said('ended');
  } finally {
    ended.abort();
  }
  const cpu = pids.map((pid, i) => cpuSeconds(pid) - before[i]!);
  return { ...(await client.result), cpu };
}

export function ratesOf({ requests, events, p50Ms, p99Ms }: LoadResult, seconds: number): LoadFigures {
  return { eventsPerSecond: events / seconds, requestsPerSecond: requests / seconds, p50Ms, p99Ms };
}

/** Microseconds of CPU an event. */
export function microsAnEvent({ cpu, events }: Load, which: number): number {
  return ((cpu[which] ?? 0) / events) * 1e6;
}
