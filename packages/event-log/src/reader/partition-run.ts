/**
 * One partition from the moment it is assigned until it is lost: its ledger, what is in work, what is committed.
 * A partition that comes back gets a new run, so nothing that a late batch says can reach the wrong generation.
 */
import { OffsetLedger } from './offset-ledger.ts';

export class PartitionRun {
  readonly partition: number;
  readonly #ledger = new OffsetLedger();
  readonly #lost = new AbortController();
  readonly #onChange: () => void;
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

  /** Resolves when the run ends. */
  readonly ended = new Promise<void>((resolve) => {
    this.#lost.signal.addEventListener('abort', () => resolve(), { once: true });
  });

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
