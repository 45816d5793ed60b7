/** How much memory a process holds (VmRSS), looked at again and again while a test does something to it. */
import { readFileSync } from 'node:fs';

const SAMPLE_INTERVAL_MS = 100;

export type MemorySamples = Disposable & { readonly maxBytes: () => number };

export function residentBytes(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  if (kib === undefined) throw new Error(`process ${pid} holds no memory`);
  return Number(kib) * 1024;
}

/** Samples until it is disposed. */
export function sampleResidentBytes(pid: number): MemorySamples {
  let maxBytes = residentBytes(pid);
  const timer = setInterval(() => {
    maxBytes = Math.max(maxBytes, residentBytes(pid));
  }, SAMPLE_INTERVAL_MS);
  return { maxBytes: () => maxBytes, [Symbol.dispose]: () => clearInterval(timer) };
}
