/** What a figure was read on: without it, it says nothing. */
import { cpus, totalmem } from 'node:os';

export function machine() {
  return {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    gibibytes: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
}
