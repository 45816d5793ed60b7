/**
 * What of one partition was delivered and what of it is confirmed. Confirmations come in any order; the head moves
 * only over what is confirmed without a gap, so that committing it never skips a record.
 */
import assert from 'node:assert/strict';

const CONFIRMED = 'confirmed';

export class OffsetLedger {
  /** Delivered and not yet under the head, in the order of the log: what each takes, or that it is confirmed. */
  readonly #open = new Map<bigint, number | typeof CONFIRMED>();
  #last: bigint | undefined;
  #head: bigint | undefined;
  #outstanding = 0;
  #outstandingBytes = 0;

  /** @param offset above all that were delivered before; the log itself may leave gaps (compaction, control records) */
  deliver(offset: bigint, bytes = 0): void {
    assert(this.#last === undefined || offset > this.#last, 'offsets are delivered in the order of the log');
    this.#last = offset;
    this.#open.set(offset, bytes);
    this.#outstanding += 1;
    this.#outstandingBytes += bytes;
  }

  /** Confirming twice is the same as once. */
  confirm(offset: bigint): void {
    const bytes = this.#open.get(offset);
    if (bytes === undefined) {
      assert(this.#head !== undefined && offset < this.#head, 'only what was delivered can be confirmed');
      return;
    }
    if (bytes === CONFIRMED) return;
    this.#open.set(offset, CONFIRMED);
    this.#outstanding -= 1;
    this.#outstandingBytes -= bytes;
    for (const [first, open] of this.#open) {
      if (open !== CONFIRMED) break;
      this.#open.delete(first);
      this.#head = first + 1n;
    }
  }

  /** The offset to commit: all delivered records below it are confirmed. undefined before the first is. */
  get head(): bigint | undefined {
    return this.#head;
  }

  /** Delivered and not confirmed. */
  get outstanding(): number {
    return this.#outstanding;
  }

  get outstandingBytes(): number {
    return this.#outstandingBytes;
  }
}
