/** Writes documents that are missing, as the indexer does: with `create`, so that nothing is ever overwritten. */
import { createEvents } from '@auditbox/indexer/elastic/bulk-create';
import type { IndexSettings } from '@auditbox/indexer/elastic/event-index';
import { prepareEventIndices } from '@auditbox/indexer/elastic/event-indices';
import type { EventDocument } from '@auditbox/indexer/to-document';
import type { Client } from '@elastic/elasticsearch';

const NEVER = new AbortController().signal;

/** Gives how many of the documents were written. */
export type Repair = (documents: readonly EventDocument[], signal?: AbortSignal) => Promise<number>;

export function repairOf(client: Client, settings: IndexSettings): Repair {
  let prepared: ReturnType<typeof prepareEventIndices> | undefined;
  return async (documents, signal = NEVER) => {
    prepared ??= prepareEventIndices(client, settings);
    const create = createEvents(client, settings.indexPrefix, await prepared);
    const results = await create(documents, signal);
    return results.filter((result) => typeof result === 'object' && result.status < 300).length;
  };
}
