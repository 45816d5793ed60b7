/**
 * Records of events whose document is another one than they make: copies of what is stored, or conflicts with it, if any
 * record is what is stored; changed otherwise. Which it is, is known when all are read. Pure.
 */
import { type IdTable, LATER, MATCHED } from './id-table.ts';
import type { Horizon } from './log-horizon.ts';
import type { Tally } from './tally.ts';
import type { ChangedPart } from './verdict.ts';

/** Records that wait for another one to decide, some 300 bytes each; beyond this many it is not said what they are. */
const PENDING_MAX = 100_000;

const NOTHING_GONE: Horizon = {
  goneMs: Number.NEGATIVE_INFINITY,
  doubtfulMs: Number.NEGATIVE_INFINITY,
};

export type Pending = {
  readonly kind: 'repeat-or-changed' | 'conflict-or-changed';
  readonly place: string;
  readonly id: string;
  readonly index: string;
  readonly part: ChangedPart;
  /** Not committed yet: that it is in no quarantine is no difference. */
  readonly isWaiting: boolean;
  /**
   * Where what is stored may be of a record that was not read, when that was received, in milliseconds since 1970;
   * undefined where it can be of none.
   */
  readonly otherReceivedMs: number | undefined;
};

export class PendingRecords {
  /** Copies of records that were not read. */
  repeatsOutside = 0;
  readonly #ids: IdTable;
  readonly #tally: Tally;
  readonly #max: number;
  readonly #pending: Pending[] = [];

  constructor(ids: IdTable, tally: Tally, max = PENDING_MAX) {
    this.#ids = ids;
    this.#tally = tally;
    this.#max = max;
  }

  wait(pending: Pending): void {
    if (this.#isMatched(pending)) this.#decide(pending, NOTHING_GONE);
    else if (this.#pending.length < this.#max) this.#pending.push(pending);
    else this.#tally.add({ verdict: 'unproven', place: pending.place });
  }

  /** Whether a record that was not read decides of some. */
  get hasOpen(): boolean {
    return this.#pending.some(
      (pending) => pending.otherReceivedMs !== undefined && !this.#isMatched(pending),
    );
  }

  /** @param horizon what was received before it may be of a record that was not read: it is no longer in the log */
  conclude(horizon: Horizon): void {
    for (const pending of this.#pending) this.#decide(pending, horizon);
    this.#pending.length = 0;
  }

  #isMatched({ id }: Pending): boolean {
    return (this.#ids.get(id) & MATCHED) !== 0;
  }

  #decide(pending: Pending, { goneMs, doubtfulMs }: Horizon): void {
    const { kind, place, id, index, part, isWaiting, otherReceivedMs } = pending;
    const isMatched = this.#isMatched(pending);
    const isOfAnother =
      otherReceivedMs !== undefined && (otherReceivedMs < goneMs || (this.#ids.get(id) & LATER) !== 0);
    const isDoubtful = otherReceivedMs !== undefined && otherReceivedMs < doubtfulMs;
    if (!isMatched && !isOfAnother && isDoubtful) this.#tally.add({ verdict: 'unproven', place });
    else if (!isMatched && !isOfAnother) this.#tally.add({ verdict: 'changed', place, id, index, part });
    else if (kind === 'conflict-or-changed')
      this.#tally.add({ verdict: isWaiting ? 'waiting' : 'missing', place, id, index });
    else {
      if (!isMatched) this.repeatsOutside += 1;
      this.#tally.add({ verdict: 'repeat', place });
    }
  }
}
