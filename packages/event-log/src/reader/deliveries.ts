/**
 * From what was fetched to `process`: one batch of a partition at a time, some partitions side by side. A batch that is
 * in work for long gives its place to another partition's, so that none waits for one that is stuck.
 */
import type { PartitionRun } from './partition-run.ts';
import { PartitionTurns } from './partition-turns.ts';

export type DeliveriesOptions = {
  /** Places: batches in work at the same time, without those that are waited for. */
  readonly concurrently: number;
  /** After this a batch is waited for. */
  readonly holdUpMs: number;
  /** Whether anything may begin now; what was begun goes on. */
  readonly mayBegin: () => boolean;
  /** Hands one batch of this run to `process`; resolves when that has ended. */
  readonly work: (run: PartitionRun) => Promise<void>;
  /** A batch is done, its place taken back. */
  readonly onDone: (run: PartitionRun) => void;
};

export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #turns = new PartitionTurns();
  /** In the order in which they had something; none twice. */
  readonly #ready = new Set<PartitionRun>();
  readonly #inWork = new Set<PartitionRun>();
  #places: number;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
    this.#places = options.concurrently;
  }

  /** This run has something to deliver. */
  offer(run: PartitionRun): void {
    if (run.hasFetched && !run.signal.aborted && !this.#inWork.has(run)) this.#ready.add(run);
    this.#begin();
  }

  #begin(): void {
    for (const run of this.#ready) {
      if (this.#places === 0 || !this.#options.mayBegin()) return;
      this.#ready.delete(run);
      if (!run.signal.aborted) void this.#deliver(run);
    }
  }

  async #deliver(run: PartitionRun): Promise<void> {
    const { holdUpMs, mayBegin, work, onDone } = this.#options;
    const sinceMs = performance.now();
    let hasPlace = true;
    this.#places -= 1;
    this.#inWork.add(run);
    const isLate = setTimeout(() => {
      run.waitingSinceMs = sinceMs;
      hasPlace = false;
      this.#places += 1;
      this.#begin();
    }, holdUpMs);
    await this.#turns.take(run, async () => {
      if (mayBegin()) await work(run);
    });
    clearTimeout(isLate);
    run.waitingSinceMs = undefined;
    this.#inWork.delete(run);
    if (hasPlace) this.#places += 1;
    onDone(run);
    this.offer(run);
  }
}
