/** Replicas come and go: two indexers more, for a while. */
import type { Fault } from '../fault.ts';
import { isReady } from '../stage.ts';
import { pause, waitUntil } from '../wait-until.ts';

const REPLICAS = 2;
/** In a mix what they need may be away at first. */
const JOIN_MS_MAX = 60_000;

export const SCALING_FAULTS = {
  'replicas-join-and-leave': {
    touches: ['indexer'],
    lasts: { aloneMs: 8_000, mixedMs: [2_000, 8_000] },
    run: async (stage, { forMs }) => {
      const added = await Promise.all(Array.from({ length: REPLICAS }, () => stage.addIndexer()));
      await Promise.all(
        added.map((replica) => waitUntil(`${replica.name} has joined`, () => isReady(replica), JOIN_MS_MAX)),
      );
      await pause(forMs);
      await Promise.all(added.map((replica) => replica.stop()));
    },
  },
} as const satisfies Record<string, Fault>;
