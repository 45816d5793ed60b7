/** What a benchmark found: figures of one variant in one round, and the scores that come of all rounds. */

/** Of one process that was measured for some seconds. */
export type Measurement = {
  readonly variant: string;
  readonly round: number;
  readonly figures: Readonly<Record<string, number>>;
};

/** A ratio to something measured in the same run, or a figure that has a target of its own. */
export type Score = {
  readonly name: string;
  readonly value: number;
  readonly better: 'higher' | 'lower';
  readonly target?: number;
  /** It says as much of the machine as of the code, or is a bound and no trend: no baseline has it. */
  readonly absolute?: true;
};

/** The median over the rounds of `of`, to three digits that mean something. */
export function medianOf<Round>(rounds: readonly Round[], of: (round: Round) => number): number {
  return toThreeDigits(median(rounds.map(of)));
}

/** Between the two in the middle where there is no one; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/** NaN of none. */
export function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

export function toThreeDigits(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}

export function isMet({ value, better, target }: Score): boolean | undefined {
  if (target === undefined) return undefined;
  return better === 'higher' ? value >= target : value <= target;
}
