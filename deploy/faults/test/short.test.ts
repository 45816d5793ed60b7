/**
 * The short form of `npm run faults`: a few of its rounds, on a Kafka and an Elasticsearch of its own. What a round
 * holds is said in `src/round.ts`; a problem names what is lost, doubled or changed.
 */
import { join } from 'node:path';
import { freshFolder } from '@auditbox/local';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Backends, openBackends } from '../src/backends.ts';
import type { Planned } from '../src/fault.ts';
import { planAlone, planMix } from '../src/plan.ts';
import { runRound } from '../src/round.ts';

/** A machine of CI may be busy. */
const ROUND_MS_MAX = 180_000;
const TEST_MS_MAX = 300_000;
const SEED = 1;

const disposing = new AsyncDisposableStack();
let backends: Backends;
let folder: string;

beforeAll(async () => {
  folder = disposing.use(freshFolder('faults')).path;
  backends = disposing.use(await openBackends(folder));
}, TEST_MS_MAX);
afterAll(() => disposing.disposeAsync());

it.each<[what: string, plan: readonly Planned[]]>([
  ['an indexer is killed', planAlone('indexer-sigkill', SEED)],
  ['Kafka is killed', planAlone('kafka-sigkill', SEED)],
  ['half of each bulk fails', planAlone('elastic-half-failed', SEED)],
  [`the mix of seed ${SEED} is done`, planMix(SEED)],
])(
  'when %s under load, every acknowledged event is found once, as it was answered',
  async (what, plan) => {
    const { problems, acknowledged } = await runRound(
      backends,
      plan,
      join(folder, what.replaceAll(' ', '-')),
      { roundMsMax: ROUND_MS_MAX },
    );
    expect(problems).toEqual([]);
    expect(acknowledged).toBeGreaterThan(0);
  },
  TEST_MS_MAX,
);
