/** Runs the bare loop (`bare-loop.ts`) in a process of its own. */
import { startTask } from '../task-process.ts';
import type { Body } from './bodies.ts';

export type BareTask = {
  readonly elasticUri: string;
  readonly index: string;
  readonly path: string;
  readonly bodies: readonly Body[];
  /** Bulks on their way at a time. */
  readonly concurrently: number;
};

export type BareResult = {
  /** From the first request to the last answer. */
  readonly seconds: number;
  readonly cpuSeconds: number;
};

export function runBareLoop(task: BareTask, stop: AbortSignal): Promise<BareResult> {
  return startTask<BareResult>(new URL('./bare-loop.ts', import.meta.url), task, stop).result;
}
