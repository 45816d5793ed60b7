/**
 * What is missing, held back until all records are read: a month that was dropped meanwhile has no documents any more, and
 * that is no difference, since all that is verified was taken before. Counted all; of each month as many are kept as a
 * report lists.
 */
import type { DroppedMonths } from './read-months.ts';
import { DIFFERENCES_MAX, type Tally } from './tally.ts';
import type { Difference } from './verdict.ts';

export class MissingByMonth {
  readonly #months = new Map<string, { count: number; readonly first: Difference[] }>();

  add(month: string, difference: Difference): void {
    const held = this.#months.get(month) ?? { count: 0, first: [] };
    this.#months.set(month, held);
    held.count += 1;
    if (held.first.length < DIFFERENCES_MAX) held.first.push(difference);
  }

  /** Says of each what it is, by the months that are dropped by now. */
  tell(dropped: DroppedMonths, tally: Tally): void {
    for (const [month, { count, first }] of this.#months) {
      if (dropped.has(month)) {
        tally.add({ verdict: 'dropped-month' }, count);
        continue;
      }
      const more = count - first.length;
      for (const [i, difference] of first.entries()) tally.add(difference, i === 0 ? 1 + more : 1);
    }
    this.#months.clear();
  }
}
