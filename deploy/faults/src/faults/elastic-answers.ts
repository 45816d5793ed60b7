/** Elasticsearch answers indexers as a hurt one does; see `elastic-faults.ts` for what it does with their bulks. */
import type { ElasticConduct } from '../elastic-faults.ts';
import type { Fault } from '../fault.ts';
import { pause, waitUntil } from '../wait-until.ts';

const LASTS = { aloneMs: 5_000, mixedMs: [1_000, 6_000] } as const;
/** Something has to be hurt, or nothing was done. */
const HURT_MS_MAX = 30_000;

function conduct(conduct: ElasticConduct): Fault {
  return {
    touches: ['elastic-answers'],
    lasts: LASTS,
    prepare: async ({ links }) => {
      await links.elasticFaults();
    },
    run: async (stage, { forMs }) => {
      const elastic = await stage.links.elasticFaults();
      const before = elastic.hurt();
      elastic.setConduct(conduct);
      try {
        await pause(forMs);
        await waitUntil(`an answer is ${conduct}`, () => elastic.hurt() > before, HURT_MS_MAX);
      } finally {
        elastic.setConduct(undefined);
      }
    },
  };
}

export const ELASTIC_ANSWER_FAULTS = {
  'elastic-429': conduct('429'),
  'elastic-503': conduct('503'),
  'elastic-half-failed': conduct('half-failed'),
  'elastic-lost-answers': conduct('lost-answers'),
  'elastic-cut-requests': conduct('cut-requests'),
  'elastic-cut-answers': conduct('cut-answers'),
} as const satisfies Record<string, Fault>;
