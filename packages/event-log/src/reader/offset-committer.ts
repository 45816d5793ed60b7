/**
 * Commits the heads of the runs that are alive, one commit at a time; the next one takes what moved in the meantime.
 * Which runs are alive is looked up in the same turn of the event loop in which kafkajs takes the commit, so that no
 * commit names a partition that this member has lost.
 */
import type { EachBatchPayload } from 'kafkajs';
import type { Logger } from '../kafka-connection.ts';
import { kafkaFaultOf } from '../translate-kafka-error.ts';
import type { PartitionRun } from './partition-run.ts';

export class OffsetCommitter {
  readonly #topic: string;
  readonly #logger: Logger;
  readonly #intervalMs: number;
  readonly #runs: () => Iterable<PartitionRun>;
  #commit: EachBatchPayload['commitOffsetsIfNecessary'] | undefined;
  #committing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

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
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.now();
    }, this.#intervalMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
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
      // The heads stay as they are; the next commit, or whoever gets the partition, takes it from here.
      const fields = { topic: this.#topic, partitions, fault: kafkaFaultOf(error) };
      this.#logger.debug(fields, 'offsets could not be committed');
    }
  }
}
