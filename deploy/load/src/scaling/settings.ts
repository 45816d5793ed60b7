/** The settings of a run, by environment; everything has a default. */
import { resolve } from 'node:path';
import { wholeNumber } from '../whole-number.ts';

export type ScalingSettings = {
  readonly events: number;
  readonly seed: number;
  readonly rounds: number;
  /** How many indexers, one after the other. */
  readonly replicas: readonly number[];
  /** Where each indexer leaves its CPU profile; undefined: none is made. */
  readonly profileFolder: string | undefined;
};

/** Less than this is drained before the indexers are warm. */
const EVENTS_MIN = 10_000;

/** As many as the topic has partitions: one more would have nothing to do. */
const REPLICAS_MAX = 12;

/** Throws with a sentence where a value can not be used. */
export function readScalingSettings(env: NodeJS.ProcessEnv): ScalingSettings {
  const replicas = (env.BENCH_REPLICAS || '1,2,4').split(',').map(Number);
  if (!replicas.every((count) => Number.isInteger(count) && count >= 1 && count <= REPLICAS_MAX))
    throw new Error(`BENCH_REPLICAS is a list of whole numbers from 1 to ${REPLICAS_MAX}.`);
  return {
    events: Math.max(EVENTS_MIN, wholeNumber(env, 'BENCH_EVENTS', 200_000)),
    seed: wholeNumber(env, 'BENCH_SEED', 20_261_126),
    rounds: Math.max(1, wholeNumber(env, 'BENCH_ROUNDS', 3)),
    replicas,
    profileFolder: env.BENCH_PROFILE ? resolve(env.BENCH_PROFILE) : undefined,
  };
}
