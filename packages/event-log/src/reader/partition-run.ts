/**
 * One partition from the moment it is assigned until it is lost: what was fetched of it and waits, what is in work, its
 * ledger, what is committed. A partition that comes back gets a new run, so nothing that a late batch says can reach
 * the wrong generation.
 */
import type { ReceivedRecord } from '../log-record.ts';
import { OffsetLedger } from './offset-ledger.ts';

/** A record and what it takes in memory. */
export type Fetched = { readonly record: ReceivedRecord; readonly bytes: number };

export class PartitionRun {
  readonly partition: number;
  readonly #ledger = new OffsetLedger();
  readonly #lost = new AbortController();
  readonly #onChange: () => void;
  /** Since when its batch counts as waited for; undefined while none does. */
  waitingSinceMs: number | undefined;
  #fetched: Fetched[] = [];
  #lastFetched: bigint | undefined;
  #fetchedBytes = 0;
  /** Of the batch that `process` has; it may keep all of it until it resolves. */
  #inWorkBytes = 0;
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

  /** Takes what this run has not had: after a change of leader, two fetches can bring the same. */
  add(fetched: readonly Fetched[]): void {
    for (const each of fetched) {
      if (this.#lastFetched !== undefined && each.record.offset <= this.#lastFetched) continue;
      this.#lastFetched = each.record.offset;
      this.#fetched.push(each);
      this.#fetchedBytes += each.bytes;
    }
  }

  get hasFetched(): boolean {
    return this.#fetched.length > 0;
  }

  /** What was fetched and what of it is not confirmed. */
  get inHandBytes(): number {
    return this.#fetchedBytes + Math.max(this.#inWorkBytes, this.#ledger.outstandingBytes);
  }

  /** Nothing is with `process`, and all that was is confirmed. What only waits is fetched again by whoever is next. */
  get isIdle(): boolean {
    return this.signal.aborted || (!this.#processing && this.#ledger.outstanding === 0);
  }

  /** The head, where it is not committed yet. */
  get toCommit(): bigint | undefined {
    const head = this.#ledger.head;
    return head === this.#committed ? undefined : head;
  }

  /** The next batch, of at least one record. */
  begin(bytesMax: number): ReceivedRecord[] {
    let bytes = 0;
    let count = 0;
    for (const each of this.#fetched) {
      if (count > 0 && bytes + each.bytes > bytesMax) break;
      bytes += each.bytes;
      count += 1;
      this.#ledger.deliver(each.record.offset, each.bytes);
    }
    this.#fetchedBytes -= bytes;
    this.#inWorkBytes = bytes;
    this.#processing = true;
    return this.#fetched.splice(0, count).map(({ record }) => record);
  }

  finish(): void {
    this.#processing = false;
    this.#inWorkBytes = 0;
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
    this.#fetched = [];
    this.#fetchedBytes = 0;
    this.#onChange();
  }
}
