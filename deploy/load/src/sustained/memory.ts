/** What processes hold (VmRSS of proc(5)), looked at again and again while a load goes on. */
import { readFileSync } from 'node:fs';
import { median } from '../results/measurement.ts';

const LOOK_MS = 5000;
const MIB = 1024 * 1024;

export type Memory = Disposable & {
  /** By process, MiB, in the order of time. */
  readonly samples: ReadonlyMap<string, readonly number[]>;
};

export function sampleMemory(pids: Readonly<Record<string, number>>): Memory {
  const samples = new Map<string, number[]>(Object.keys(pids).map((name) => [name, []]));
  const look = (): void => {
    for (const [name, pid] of Object.entries(pids)) samples.get(name)!.push(residentMib(pid));
  };
  const looking = setInterval(look, LOOK_MS);
  return { samples, [Symbol.dispose]: () => clearInterval(looking) };
}

/** MiB. */
export type Growth = { readonly from: number; readonly to: number };

/** The median of the last fifth beside that of the second: the first is of a process that warms up. */
export function growthOf(samples: readonly number[]): Growth {
  const fifth = Math.ceil(samples.length / 5);
  return { from: median(samples.slice(fifth, 2 * fifth)), to: median(samples.slice(-fifth)) };
}

function residentMib(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round((Number(kib ?? 0) * 1024) / MIB);
}
