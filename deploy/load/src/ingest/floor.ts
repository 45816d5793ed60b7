/** The parts alone, each in a process of its own: what is compared with. */
import { startTask } from '../task-process.ts';
import type { Kind } from './kinds.ts';

export type ParseTask = { readonly kind: Kind; readonly seed: number; readonly seconds: number };

export type ProducerTask = {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly seed: number;
  readonly messagesASend: number;
  readonly seconds: number;
};

/** CPU of the process, all its threads, and how many events a second. */
export type BareResult = { readonly cpuMicros: number; readonly perSecond: number };

export function measureParse(task: ParseTask, stop: AbortSignal): Promise<BareResult> {
  return startTask<BareResult>(new URL('./bare-parse.ts', import.meta.url), task, stop).result;
}

export function measureProducer(task: ProducerTask, stop: AbortSignal): Promise<BareResult> {
  return startTask<BareResult>(new URL('./bare-producer.ts', import.meta.url), task, stop).result;
}
