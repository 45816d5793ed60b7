/** The settings of a run, by environment; everything has a default. */
import { resolve } from 'node:path';
import { wholeNumber } from '../whole-number.ts';

export type BenchSettings = {
  readonly events: number;
  readonly seed: number;
  /** Of each search, after the warm-up. */
  readonly rounds: number;
  /** Only the searches whose name has this in it. */
  readonly only: string;
  /** Where Elasticsearch keeps its data for a later run; undefined: a temporary folder, removed at the end. */
  readonly dataFolder: string | undefined;
  /** A gateway that passes on to this run's query (BENCH_QUERY_PORT): measured apart. */
  readonly frontDoor: URL | undefined;
  readonly queryPort: number;
  /** Where query leaves its CPU profile; undefined: none is made. */
  readonly profileFolder: string | undefined;
};

/** The deepest page that is measured exists in every search that is followed. */
const EVENTS_MIN = 80_000;

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** Throws with a sentence where a value can not be used. */
export function readBenchSettings(env: NodeJS.ProcessEnv): BenchSettings {
  const frontDoor = env.BENCH_FRONT_DOOR_URL ? new URL(env.BENCH_FRONT_DOOR_URL) : undefined;
  if (frontDoor !== undefined && !LOOPBACK.includes(frontDoor.hostname))
    throw new Error('BENCH_FRONT_DOOR_URL must be on this machine.');
  return {
    events: Math.max(EVENTS_MIN, wholeNumber(env, 'BENCH_EVENTS', 1_000_000)),
    seed: wholeNumber(env, 'BENCH_SEED', 20_261_101),
    rounds: wholeNumber(env, 'BENCH_ROUNDS', 200),
    only: env.BENCH_ONLY ?? '',
    dataFolder: env.BENCH_DATA ? resolve(env.BENCH_DATA) : undefined,
    frontDoor,
    profileFolder: env.BENCH_PROFILE ? resolve(env.BENCH_PROFILE) : undefined,
    queryPort: env.BENCH_QUERY_PORT ? wholeNumber(env, 'BENCH_QUERY_PORT', 0) : 0,
  };
}
