/** What `npm run faults -- …` is asked for. */
import { parseArgs } from 'node:util';
import { FAULT_NAMES, type FaultName } from './catalogue.ts';

export type Asked =
  | { readonly kind: 'ledger' }
  | {
      readonly kind: 'rounds';
      /** Undefined: random mixes. */
      readonly only: readonly FaultName[] | undefined;
      readonly rounds: number;
      /** Of the first round; each next one has the next. */
      readonly seed: number;
      /** No round begins after this. */
      readonly minutes: number;
    }
  | { readonly kind: 'refused'; readonly problem: string };

const SEED_MAX = 2 ** 31;

export const USAGE = `npm run faults -- [--rounds N] [--seed S] [--only NAME[,NAME]|all] [--minutes M] [--ledger]
  --rounds   rounds to run, or of each name; default 1, without end where --minutes is given
  --seed     of the first round, each next one has the next; default: a random one
  --only     these faults, each alone; all: every one of them. Default: random mixes
  --minutes  no round begins after them
  --ledger   prints what all runs until now came to, and runs none
faults: ${FAULT_NAMES.join(', ')}`;

export function askedBy(args: readonly string[], random: () => number = Math.random): Asked {
  const refused = (problem: string): Asked => ({ kind: 'refused', problem });
  let values: Partial<Record<'rounds' | 'seed' | 'only' | 'minutes', string>> & { ledger?: boolean };
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        rounds: { type: 'string' },
        seed: { type: 'string' },
        only: { type: 'string' },
        minutes: { type: 'string' },
        ledger: { type: 'boolean' },
      },
    }));
  } catch (error) {
    return refused((error as Error).message);
  }
  if (values.ledger) return { kind: 'ledger' };
  const whole = (text: string | undefined, otherwise: number): number =>
    text === undefined ? otherwise : /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  const minutes = whole(values.minutes, Number.POSITIVE_INFINITY);
  const rounds = whole(values.rounds, values.minutes === undefined ? 1 : Number.POSITIVE_INFINITY);
  const seed = whole(values.seed, Math.floor(random() * SEED_MAX));
  if ([minutes, rounds, seed].some(Number.isNaN))
    return refused('--rounds, --seed and --minutes are numbers');
  const only = values.only === 'all' ? FAULT_NAMES : values.only?.split(',');
  const unknown = only?.find((name) => !FAULT_NAMES.includes(name as FaultName));
  if (unknown !== undefined) return refused(`there is no fault ${unknown}`);
  return { kind: 'rounds', only: only as readonly FaultName[] | undefined, rounds, seed, minutes };
}
