/**
 * Writes documents that are missing, as the indexer does: with `create`, so that nothing is ever overwritten. A document that
 * is there by then was written by an indexer, or by a try of ours whose answer was lost: it is not missing any more.
 */

import { chunksOf } from '@auditbox/indexer/chunk';
import { createEvents } from '@auditbox/indexer/elastic/bulk-create';
import { ElasticError } from '@auditbox/indexer/elastic/errors';
import type { IndexSettings } from '@auditbox/indexer/elastic/event-index';
import { prepareEventIndices } from '@auditbox/indexer/elastic/event-indices';
import { type EventDocument, LARGE_DOCUMENT_BYTES } from '@auditbox/indexer/to-document';
import type { Client } from '@elastic/elasticsearch';
import { beforeNext, mayPass, TRIES_MAX, tryingAgain } from './try-again.ts';

/** Of one request. A large document goes alone, because Elasticsearch refuses it whatever else is in the request. */
const REQUEST = { countMax: 500, bytesMax: LARGE_DOCUMENT_BYTES };

const CONFLICT = 409;
/** The index of its month was deleted since the last look: the next try makes it. */
const NOT_FOUND = 404;

const NEVER = new AbortController().signal;

export type Create = ReturnType<typeof createEvents>;
type Created = Awaited<ReturnType<Create>>[number];

/** Gives how many of the documents are there now. */
export type Repair = (documents: readonly EventDocument[], signal?: AbortSignal) => Promise<number>;

export function repairOf(client: Client, settings: IndexSettings): Repair {
  let preparing: Promise<Create> | undefined;
  return async (documents, signal = NEVER) => {
    preparing ??= tryingAgain(() => prepareEventIndices(client, settings), signal).then((months) =>
      createEvents(client, settings.indexPrefix, months),
    );
    return writeMissing(await preparing, documents, signal);
  };
}

export async function writeMissing(
  create: Create,
  documents: readonly EventDocument[],
  signal: AbortSignal,
): Promise<number> {
  let there = 0;
  for (const request of chunksOf(documents, ({ bytes }) => bytes, REQUEST))
    there += await writeRequest(create, request, signal);
  return there;
}

/** What fails for a passing reason is tried again, that alone. */
async function writeRequest(
  create: Create,
  documents: readonly EventDocument[],
  signal: AbortSignal,
): Promise<number> {
  let there = 0;
  let left = documents;
  for (let attempt = 1; ; attempt++) {
    const results = await tryOnce(create, left, signal);
    there += results.filter(isThere).length;
    left = left.filter((_, i) => mayBeThere(results[i]));
    if (left.length === 0 || attempt === TRIES_MAX) return there;
    await beforeNext(attempt, signal);
  }
}

async function tryOnce(
  create: Create,
  documents: readonly EventDocument[],
  signal: AbortSignal,
): Promise<(Created | undefined)[]> {
  try {
    return await create(documents, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ElasticError)) throw error;
    const { status } = error;
    return documents.map(() => (status === undefined ? undefined : { status }));
  }
}

function isThere(result: Created | undefined): boolean {
  if (result === undefined || typeof result === 'string') return false;
  return (result.status >= 200 && result.status < 300) || result.status === CONFLICT;
}

/** Whether another try may bring it there. */
function mayBeThere(result: Created | undefined): boolean {
  // Its month was dropped.
  if (typeof result === 'string') return false;
  // Nothing is known of it, or its month could not be opened.
  if (result === undefined || result.status === 0) return true;
  return mayPass(result.status) || result.status === NOT_FOUND;
}
