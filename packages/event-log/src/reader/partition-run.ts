/**
 * One partition from the moment it is assigned until it is lost: its ledger, what is in work, what is committed.
 * A partition that comes back gets a new run, so nothing that a late batch says can reach the wrong generation.
 */
import type { ReceivedRecord } from '../log-record.ts';
import { OffsetLedger } from './offset-ledger.ts';

export class PartitionRun {
  readonly partition: number;
  readonly #ledger = new OffsetLedger();
  readonly #lost = new AbortController();
  readonly #onChange: () => void;
  /** Since when reading goes on without this partition; undefined while it does not. */
  waitingSinceMs: number | undefined;
  /** The log does not hold what is to be read next, and nobody has acknowledged that. */
  isOutOfRange = false;
  #committed: bigint | undefined;
  #processing = false;

  /** @param onChange called when the head moves or the work ends */
  constructor(partition: number, onChange: () => void) {
    this.partition = partition;
    this.#onChange = onChange;
  }

  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /** Until the work or the run has ended. A run lives for months: nothing may be left at it. */
  async until(work: Promise<void>): Promise<void> {
    if (this.signal.aborted) return;
    const { promise: lost, resolve } = Promise.withResolvers<void>();
    const lose = () => resolve();
    this.signal.addEventListener('abort', lose, { once: true });
    await Promise.race([work, lost]);
    this.signal.removeEventListener('abort', lose);
  }

  /** What this run has not had: after a change of leader, two fetches can bring the same. */
  newOf(records: readonly ReceivedRecord[]): readonly ReceivedRecord[] {
    const { last } = this.#ledger;
    return last === undefined ? records : records.filter(({ offset }) => offset > last);
  }

  /** Nothing is with `process`, and all that was is confirmed. */
  get isIdle(): boolean {
    return this.signal.aborted || (!this.#processing && this.#ledger.outstanding === 0);
  }

  /** The head, where it is not committed yet. */
  get toCommit(): bigint | undefined {
    const head = this.#ledger.head;
    return head === this.#committed ? undefined : head;
  }

  begin(offsets: Iterable<bigint>): void {
    this.#processing = true;
    for (const offset of offsets) this.#ledger.deliver(offset);
  }

  finish(): void {
    this.#processing = false;
    this.#onChange();
  }

  confirm(offset: bigint): void {
    if (this.signal.aborted) return;
    const before = this.#ledger.head;
    this.#ledger.confirm(offset);
    if (this.#ledger.head !== before || this.#ledger.outstanding === 0) this.#onChange();
  }

  committed(offset: bigint): void {
    this.#committed = offset;
  }

  end(): void {
    this.#lost.abort();
    this.#onChange();
  }
}
