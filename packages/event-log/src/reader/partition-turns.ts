/**
 * One batch of a partition at a time, whichever run it belongs to: a run that has ended may still be at work on what
 * the next one gets again.
 */
import type { PartitionRun } from './partition-run.ts';
import { untilEnd } from './until-end.ts';

export class PartitionTurns {
  readonly #inWork = new Map<number, Promise<void>>();

  /** Works when it is this run's turn, or not at all if the run ends before. Resolves when the work or the run ends. */
  async take(run: PartitionRun, work: () => Promise<void>): Promise<void> {
    const { partition, signal } = run;
    for (let earlier = this.#inWork.get(partition); earlier; earlier = this.#inWork.get(partition)) {
      await untilEnd(earlier, signal);
      if (signal.aborted) return;
    }
    if (signal.aborted) return;
    const working = work().finally(() => this.#inWork.delete(partition));
    this.#inWork.set(partition, working);
    await untilEnd(working, signal);
  }
}
