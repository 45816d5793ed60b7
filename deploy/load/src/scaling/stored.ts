/** What Elasticsearch has of a run, asked in ways that do not depend on a refresh while it is measured. */
import { setTimeout as wait } from 'node:timers/promises';
import { type EventDocument, readBack } from '@auditbox/indexer/to-document';
import { indexedCount } from '../indexed-count.ts';
import { type Client, quiet } from '../indices.ts';

const POLL_MS = 100;
/** Nothing stored for so long: it will not be. */
const STALLED_MS = 180_000;
const MGET_MAX = 100;

/** Resolves when Elasticsearch says that it has indexed so many; at once where that fails to go on. */
export async function waitForIndexed(
  elasticUri: string,
  index: string,
  events: number,
  stop: AbortSignal,
): Promise<void> {
  let last = { indexed: 0, at: performance.now() };
  for (;;) {
    const indexed = await indexedCount(elasticUri, index);
    if (indexed >= events) return;
    if (indexed > last.indexed) last = { indexed, at: performance.now() };
    if (performance.now() - last.at > STALLED_MS)
      throw new Error(`bench: only ${indexed} of ${events} events were stored`);
    await wait(POLL_MS, undefined, { signal: stop });
  }
}

export type Stored = {
  /** On disk, once all that was merged is merged. */
  readonly bytesAnEvent: number;
  /** Of a bulk, as Elasticsearch had it. */
  readonly eventsABulk: number;
};

/** Throws where not exactly the events of the run are in the index, or one of the sample is another. */
export async function checkStored(
  client: Client,
  index: string,
  events: number,
  sample: readonly EventDocument[],
  stop: AbortSignal,
): Promise<Stored> {
  await client.indices.refresh({ index });
  const { count } = await client.count({ index });
  if (count !== events) throw new Error(`bench: ${count} events in the index, not ${events}`);
  for (let first = 0; first < sample.length; first += MGET_MAX) {
    const documents = sample.slice(first, first + MGET_MAX);
    const { docs } = await client.mget({ index, ids: documents.map(({ id }) => id) });
    for (const [i, document] of documents.entries()) {
      const { id } = document;
      const found = docs[i] as { readonly _source?: unknown };
      if (JSON.stringify(found._source) !== readBack(document).kept)
        throw new Error(`bench: the document ${id} is another`);
    }
  }
  const { _all } = await quiet(client, index, stop);
  return {
    bytesAnEvent: Math.round((_all.primaries?.store?.size_in_bytes ?? 0) / events),
    eventsABulk: Math.round(events / (_all.primaries?.bulk?.total_operations || 1)),
  };
}
