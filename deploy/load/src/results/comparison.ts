/** Scores beside those of before. */
import type { Score } from './measurement.ts';

/** By name. */
export type Baseline = Readonly<Record<string, Pick<Score, 'value' | 'better'>>>;

/** By machine: by the same code a ratio differs more from one to another than from round to round. */
export type Baselines = Readonly<Record<string, Baseline>>;

/** Of what it was before, a score may be so little; what rounds of the same code differ by is less. */
export const KEPT_MIN = 0.85;

export type Comparison = { readonly lines: readonly string[]; readonly isWorse: boolean };

/** That of the machine; a score that it has none of is compared with the one that is easiest to keep of all. */
export function baselineOf(baselines: Baselines, machine: string): Baseline {
  const easiest: Record<string, Baseline[string]> = {};
  for (const [name, score] of Object.values(baselines).flatMap((each) => Object.entries(each))) {
    const known = easiest[name];
    if (known === undefined || keptOf(known, score.value) < 1) easiest[name] = score;
  }
  return { ...easiest, ...baselines[machine] };
}

/** One line a score. */
export function comparison(baseline: Baseline, scores: readonly Score[]): Comparison {
  const measured = new Map(scores.map(({ name, value }) => [name, value]));
  let isWorse = false;
  const known = Object.entries(baseline).map(([name, score]) => {
    const value = measured.get(name);
    const before = score.value;
    if (value === undefined) return `${name}: ${before} before, not measured now`;
    const kept = keptOf(score, value);
    // What is no number is no score: it was null in the results.
    const isKept = Number.isFinite(value) && kept >= KEPT_MIN;
    if (!isKept) isWorse = true;
    return `${name}: ${value}, ${before} before, ${kept.toFixed(2)} of it${isKept ? '' : ', WORSE'}`;
  });
  const fresh = scores.filter(({ name, absolute }) => absolute !== true && !Object.hasOwn(baseline, name));
  return { lines: [...known, ...fresh.map(({ name, value }) => `${name}: ${value}, new`)], isWorse };
}

/** How much of what it was before a score is: under 1 where it is worse. */
function keptOf({ value: before, better }: Baseline[string], value: number): number {
  return better === 'higher' ? value / before : before / value;
}
