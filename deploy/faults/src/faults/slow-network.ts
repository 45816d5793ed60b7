/** A slow network between two parts: what is sent is late, and comes in slowly. */
import { search } from '@auditbox/e2e';
import type { Fault } from '../fault.ts';
import { PAIRS, type Pair } from '../links.ts';
import { pause, waitUntil } from '../wait-until.ts';

/** Between continents, through a straw: each question and answer takes at least 300 ms. */
const SLOWNESS = { latencyMs: 150, bytesPerSecond: 512 * 1024 };

/** In a mix whoever would send something may be away. */
const SLOWED_MS_MAX = 60_000;

function slow(pair: Pair): Fault {
  return {
    touches: [pair],
    lasts: { aloneMs: 10_000, mixedMs: [2_000, 10_000] },
    prepare: async ({ links }) => {
      await links.slow(pair);
    },
    run: async (stage, { forMs }) => {
      const network = await stage.links.slow(pair);
      const before = network.slowedBytes();
      // What goes by there only when somebody reads.
      const isRead = pair === 'gateway-query' || pair === 'query-elastic';
      let turn = 0;
      network.setSlowness(SLOWNESS);
      try {
        await Promise.all([
          pause(forMs),
          waitUntil(
            `something goes by slowly from ${pair.replace('-', ' to ')}`,
            async () => {
              if (isRead) await search(stage.gateways[turn++ % stage.gateways.length]!.url, '_count=1');
              return network.slowedBytes() > before;
            },
            SLOWED_MS_MAX,
          ),
        ]);
      } finally {
        network.setSlowness(undefined);
      }
    },
  };
}

export const SLOW_NETWORK_FAULTS = Object.fromEntries(
  PAIRS.map((pair) => [`slow-${pair}`, slow(pair)]),
) as Record<`slow-${Pair}`, Fault>;
