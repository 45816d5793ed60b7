/**
 * Waits for a condition on a child, with a deadline: until it holds, the child ends, or somebody asks to stop.
 * The caller gets which of them it was; nothing here decides what to do about it.
 */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Child } from './child.ts';

export type Readiness = 'ready' | 'ended' | 'late' | 'stopped';

export interface WaitOptions {
  readonly timeoutMs: number;
  readonly stop?: AbortSignal | undefined;
  readonly everyMs?: number;
}

export async function waitReady(
  child: Child,
  condition: () => boolean | Promise<boolean>,
  { timeoutMs, stop, everyMs = 100 }: WaitOptions,
): Promise<Readiness> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    if (stop?.aborted) return 'stopped';
    if (child.exit !== undefined) return 'ended';
    if (await condition()) return 'ready';
    if (performance.now() > deadline) return 'late';
    await Promise.race([sleep(everyMs), child.exited]);
  }
}

/** Whether something accepts a TCP connection there. */
export function accepts(host: string, port: number, timeoutMs = 1_000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs });
    const end = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}

/** The status of a GET, or undefined when nobody answers in time. */
export async function statusOf(url: string): Promise<number | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.status;
  } catch {
    return undefined;
  }
}
