/** A slow network between two parts: what is sent is late, and comes in slowly. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Fault } from '../fault.ts';
import { PAIRS, type Pair } from '../links.ts';

/** Between continents, through a straw: each question and answer takes at least 300 ms. */
const SLOWNESS = { latencyMs: 150, bytesPerSecond: 512 * 1024 };

function slow(pair: Pair): Fault {
  return {
    touches: [pair],
    lasts: { aloneMs: 10_000, mixedMs: [2_000, 10_000] },
    prepare: async ({ links }) => {
      await links.slow(pair);
    },
    run: async (stage, { forMs }) => {
      const network = await stage.links.slow(pair);
      network.setSlowness(SLOWNESS);
      await wait(forMs);
      network.setSlowness(undefined);
    },
  };
}

export const SLOW_NETWORK_FAULTS = Object.fromEntries(
  PAIRS.map((pair) => [`slow-${pair}`, slow(pair)]),
) as Record<`slow-${Pair}`, Fault>;
