/** Holds a load back while the index is too far behind what was acknowledged: so it finds the rate that all of it sustains. */
import { setTimeout as wait } from 'node:timers/promises';
import { indexedCount } from '../indexed-count.ts';

export type Behind = {
  readonly elasticUri: string;
  /** Of the indices. */
  readonly pattern: string;
  /** Documents that were there before. */
  readonly before: number;
  /** Acknowledged and not indexed. */
  readonly eventsMax: number;
};

const LOOK_MS = 200;
const LOOK_AGAIN_MS = 5;

export function keepUp({ elasticUri, pattern, before, eventsMax }: Behind) {
  let indexed = 0;
  const looking = setInterval(() => {
    indexedCount(elasticUri, pattern).then(
      (count) => {
        indexed = count - before;
      },
      () => {},
    );
  }, LOOK_MS);
  return {
    /** Resolves when so many acknowledged events are not too many. */
    async room(acknowledged: number): Promise<void> {
      while (acknowledged - indexed > eventsMax) await wait(LOOK_AGAIN_MS);
    },
    [Symbol.dispose]: () => clearInterval(looking),
  };
}
