/** The ids that the log got after what is verified: a document of now has its record there. Each part of it is read once. */
import { logBounds, readLog } from '@auditbox/event-log';
import { isEventId } from '@auditbox/fhir-core';
import { type IdTable, LATER, RECORDED } from './id-table.ts';
import type { Known, VerifyOptions } from './options.ts';

export class LogTail {
  readonly #options: VerifyOptions;
  readonly #ids: IdTable;
  readonly #read: Map<number, bigint>;

  constructor(options: VerifyOptions, { partitions }: Known, ids: IdTable) {
    this.#options = options;
    this.#ids = ids;
    this.#read = new Map(partitions.map(({ partition, end }) => [partition, end]));
  }

  /** Up to the log's end as it is now. */
  async readOn(): Promise<void> {
    const { kafka, eventsTopic: topic, signal } = this.#options;
    const ranges = (await logBounds(kafka, topic)).map(({ partition, start, end }) => ({
      partition,
      start: this.#read.get(partition) ?? start,
      end,
    }));
    for await (const batch of readLog(kafka, { topic, ranges, ...(signal && { signal }) })) {
      for (const { key } of batch.records)
        if (key !== null && isEventId(key)) this.#ids.mark(key, RECORDED | LATER);
      this.#read.set(batch.partition, batch.next);
    }
  }
}
