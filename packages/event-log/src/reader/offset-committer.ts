/**
 * Commits the heads of the runs that are alive, one commit at a time; the next one takes what moved in the meantime.
 * Which runs are alive is looked up in the same turn of the event loop in which kafkajs takes the commit, so that no
 * commit names a partition that this member has lost.
 */
import type { EachBatchPayload } from 'kafkajs';
import type { Logger } from '../kafka-connection.ts';
import { kafkaFaultOf } from '../translate-kafka-error.ts';
import type { PartitionRun } from './partition-run.ts';

/** Until a commit that failed is tried again, where nothing else moves. */
const TRY_AGAIN_MS = 1_000;

export class OffsetCommitter {
  readonly #topic: string;
  readonly #logger: Logger;
  readonly #intervalMs: number;
  readonly #runs: () => Iterable<PartitionRun>;
  #commit: EachBatchPayload['commitOffsetsIfNecessary'] | undefined;
  #committing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(topic: string, logger: Logger, intervalMs: number, runs: () => Iterable<PartitionRun>) {
    this.#topic = topic;
    this.#logger = logger;
    this.#intervalMs = intervalMs;
    this.#runs = runs;
  }

  /** kafkajs's way to commit once with the present generation; its other way tries again with a later one. */
  use(commit: EachBatchPayload['commitOffsetsIfNecessary']): void {
    this.#commit = commit;
  }

  /** The assignment is over. */
  forget(): void {
    this.#commit = undefined;
  }

  now(): Promise<void> {
    this.#committing = this.#committing.then(() => this.#commitHeads());
    return this.#committing;
  }

  soon(): void {
    this.#within(this.#intervalMs);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #within(ms: number): void {
    if (this.#isStopped) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.now();
    }, ms);
  }

  async #commitHeads(): Promise<void> {
    const heads = [...this.#runs()].flatMap((run) => {
      const head = run.toCommit;
      return head === undefined ? [] : [{ run, head }];
    });
    if (this.#commit === undefined || heads.length === 0) return;
    const partitions = heads.map(({ run, head }) => ({ partition: run.partition, offset: String(head) }));
    try {
      await this.#commit({ topics: [{ topic: this.#topic, partitions }] });
      for (const { run, head } of heads) run.committed(head);
    } catch (error) {
      // The heads stay as they are. Who has the partition by then takes it from here.
      this.#within(Math.max(TRY_AGAIN_MS, this.#intervalMs));
      const fields = { topic: this.#topic, partitions, fault: kafkaFaultOf(error) };
      this.#logger.debug(fields, 'offsets could not be committed');
    }
  }
}
