/** The counting of verdicts. All are counted; of differences the first are kept, so that memory is bounded. */
import { type Difference, isDifference, VERDICTS, type Verdict } from './verdict.ts';

/** Differences that a report lists: a person reads the first ones, and a program repairs and verifies again. */
export const DIFFERENCES_MAX = 1_000;

export class Tally {
  readonly verdicts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
  readonly differences: Difference[] = [];
  records = 0;

  /** @param times how many records, documents or items it is said of */
  add(difference: Difference, times = 1): void {
    const { verdict } = difference;
    this.verdicts[verdict] += times;
    if (isDifference(verdict) && this.differences.length < DIFFERENCES_MAX) this.differences.push(difference);
  }

  get differencesTotal(): number {
    return VERDICTS.filter(isDifference).reduce((sum, verdict) => sum + this.verdicts[verdict], 0);
  }
}
