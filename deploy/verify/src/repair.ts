/** Writes documents that are missing, as the indexer does: with `create`, so that nothing is ever overwritten. */
import { createEvents } from '@auditbox/indexer/elastic/bulk-create';
import type { EventDocument } from '@auditbox/indexer/to-document';
import type { Client } from '@elastic/elasticsearch';

const NEVER = new AbortController().signal;

/** How many of them were written now. */
export async function createMissing(
  client: Client,
  documents: readonly EventDocument[],
  signal: AbortSignal = NEVER,
): Promise<number> {
  const results = await createEvents(client)(documents, signal);
  return results.filter(({ status }) => status >= 200 && status < 300).length;
}
