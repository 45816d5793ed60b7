/**
 * What of one partition was delivered and what of it is confirmed. Confirmations come in any order; the head moves
 * only over what is confirmed without a gap, so that committing it never skips a record.
 */
import assert from 'node:assert/strict';

export class OffsetLedger {
  /** Delivered and not yet under the head, in the order of the log; true once confirmed. */
  readonly #open = new Map<bigint, boolean>();
  #last: bigint | undefined;
  #head: bigint | undefined;
  #outstanding = 0;

  /** @param offset above all that were delivered before; the log itself may leave gaps (compaction, control records) */
  deliver(offset: bigint): void {
    assert(this.#last === undefined || offset > this.#last, 'offsets are delivered in the order of the log');
    this.#last = offset;
    this.#open.set(offset, false);
    this.#outstanding += 1;
  }

  /** Confirming twice is the same as once. */
  confirm(offset: bigint): void {
    const confirmed = this.#open.get(offset);
    if (confirmed === undefined) {
      assert(this.#head !== undefined && offset < this.#head, 'only what was delivered can be confirmed');
      return;
    }
    if (confirmed) return;
    this.#open.set(offset, true);
    this.#outstanding -= 1;
    for (const [first, isConfirmed] of this.#open) {
      if (!isConfirmed) break;
      this.#open.delete(first);
      this.#head = first + 1n;
    }
  }

  /** The offset to commit: all delivered records below it are confirmed. undefined before the first is. */
  get head(): bigint | undefined {
    return this.#head;
  }

  /** The highest that was delivered. */
  get last(): bigint | undefined {
    return this.#last;
  }

  /** Delivered and not confirmed. */
  get outstanding(): number {
    return this.#outstanding;
  }
}
