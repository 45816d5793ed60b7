/** One of the threads that make the documents and write them, every so many blocks the next. Started by `load.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { createEvents } from '@auditbox/indexer/elastic/bulk-create';
import { connectElastic } from '@auditbox/indexer/elastic/client';
import { prepareEventIndices } from '@auditbox/indexer/elastic/event-indices';
import { documentOf, INDEX_PREFIX, INDEX_SETTINGS } from './document.ts';
import type { DataSet } from './facts.ts';

export type LoadTask = {
  readonly data: DataSet;
  readonly elasticUri: string;
  readonly thread: number;
  readonly threads: number;
};

/** The indexer's own default (AUDITBOX_BULK_EVENTS_MAX). */
const BULK_EVENTS = 1000;
const CREATED = 201;

const { data, elasticUri, thread, threads } = workerData as LoadTask;
const client = await connectElastic({ node: elasticUri });
const create = createEvents(client, INDEX_PREFIX, await prepareEventIndices(client, INDEX_SETTINGS));
const never = new AbortController().signal;

let writing: Promise<void> = Promise.resolve();
for (let first = thread * BULK_EVENTS; first < data.count; first += threads * BULK_EVENTS) {
  const length = Math.min(BULK_EVENTS, data.count - first);
  const documents = Array.from({ length }, (_, i) => documentOf(data, first + i));
  // The next block is made while this one is written.
  await writing;
  writing = create(documents, never).then((results) => {
    const failed = results.find((result) => typeof result === 'string' || result.status !== CREATED);
    if (failed) throw new Error(`bench: not stored: ${JSON.stringify(failed)}`);
    parentPort?.postMessage(length);
  });
}
await writing;
await client.close();
