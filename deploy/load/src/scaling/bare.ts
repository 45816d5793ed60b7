/** Runs the bare loop (`bare-loop.ts`) in a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
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

export async function runBareLoop(task: BareTask, stop: AbortSignal): Promise<BareResult> {
  const main = fileURLToPath(new URL('./bare-loop.ts', import.meta.url));
  const child = spawn(process.execPath, [main], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH },
    signal: stop,
  });
  child.stdin.end(JSON.stringify(task));
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`bench: the bare loop ended with ${code}`);
  return JSON.parse(output) as BareResult;
}
