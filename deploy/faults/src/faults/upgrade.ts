/**
 * A release whose mapping the indices that are there refuse: the release before has written under load and ends, this one
 * comes in its place, builds its own indices from the stored events and goes on with the log.
 */
import { startOlderRelease } from '@auditbox/e2e';
import type { Fault } from '../fault.ts';
import { waitUntil } from '../wait-until.ts';

/** Documents of the older release, to be carried over. */
const STORED_MIN = 300;
const STORED_MS_MAX = 60_000;

export const UPGRADE_FAULTS = {
  'incompatible-mapping': {
    touches: ['indexer', 'elasticsearch'],
    isAlone: true,
    prepare: ({ hold }) => hold('indexer'),
    run: async (stage) => {
      const { environment, backends, indexers } = stage;
      {
        await using _older = await startOlderRelease(environment, 'plain');
        await waitUntil(
          'the older release has stored events',
          async () => {
            const months = `${environment.AUDITBOX_INDEX_PREFIX}-20*`;
            const counted = await fetch(`${backends.elasticsearch.uri}/${months}/_count`);
            return ((await counted.json()) as { readonly count: number }).count >= STORED_MIN;
          },
          STORED_MS_MAX,
        );
      }
      for (const indexer of indexers) indexer.start();
    },
  },
} as const satisfies Record<string, Fault>;
