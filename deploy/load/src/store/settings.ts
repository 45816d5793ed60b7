/** The settings of a run, by environment; everything has a default. */
import { wholeNumber } from '../whole-number.ts';

export type StoreSettings = { readonly events: number; readonly seed: number };

/** Of fewer, a block of the disk that is half full is a part of the result. */
const EVENTS_MIN = 10_000;

/** Throws with a sentence where a value can not be used. */
export function readStoreSettings(env: NodeJS.ProcessEnv): StoreSettings {
  return {
    events: Math.max(EVENTS_MIN, wholeNumber(env, 'BENCH_EVENTS', 100_000)),
    seed: wholeNumber(env, 'BENCH_SEED', 20_261_126),
  };
}
