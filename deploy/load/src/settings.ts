/** The settings of `npm run bench`: a short form that takes minutes, a long one, and each figure by environment. */
import { resolve } from 'node:path';
import { wholeNumber } from './whole-number.ts';

export type BenchSettings = {
  readonly seed: number;
  readonly rounds: number;
  /** Of each variant, after its warm-up. */
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** Of the load that goes on, end to end. */
  readonly sustainedSeconds: number;
  /** Where each service leaves its CPU profile; undefined: none is made. */
  readonly profileFolder: string | undefined;
};

const SHORT = { rounds: 3, seconds: 6, sustainedSeconds: 60 };
const LONG = { rounds: 7, seconds: 10, sustainedSeconds: 600 };
const WARM_UP_SECONDS = 3;

/** Throws with a sentence where a value can not be used. */
export function readBenchSettings(env: NodeJS.ProcessEnv, isLong: boolean): BenchSettings {
  const { rounds, seconds, sustainedSeconds } = isLong ? LONG : SHORT;
  return {
    seed: wholeNumber(env, 'BENCH_SEED', 20_261_127),
    rounds: Math.max(1, wholeNumber(env, 'BENCH_ROUNDS', rounds)),
    seconds: Math.max(1, wholeNumber(env, 'BENCH_SECONDS', seconds)),
    warmUpSeconds: WARM_UP_SECONDS,
    sustainedSeconds: Math.max(10, wholeNumber(env, 'BENCH_SUSTAINED_SECONDS', sustainedSeconds)),
    profileFolder: env.BENCH_PROFILE ? resolve(env.BENCH_PROFILE) : undefined,
  };
}
