/** Random bytes for ids, asked of the system for many ids at once: for ten bytes alone that costs 2 µs an event. */
import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 4096;

/** Each byte is given out once. At most POOL_BYTES at a time. */
export function randomPool(fill: (pool: Buffer) => Buffer = randomFillSync): (length: number) => Uint8Array {
  let pool: Buffer = Buffer.alloc(0);
  let at = 0;
  return (length) => {
    if (at + length > pool.length) {
      // A new one: what was given out may still be held.
      pool = fill(Buffer.alloc(POOL_BYTES));
      at = 0;
    }
    at += length;
    return pool.subarray(at - length, at);
  };
}
