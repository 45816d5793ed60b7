/**
 * Bulk requests of partial updates that create what is not there yet: an item and its release each write their own
 * fields of one document, in any order, and again.
 */
import type { Client } from '@elastic/elasticsearch';
import type { UpsertPort } from '../domain/index-quarantine.ts';
import { bulk } from './bulk.ts';

/** Tries of Elasticsearch itself where an item and its release, from two partitions, meet. */
const RETRY_ON_CONFLICT = 3;

export function upsertQuarantine(client: Client, index: string): UpsertPort {
  return (documents, signal) => {
    const operations = documents.map(({ fields, content }) => {
      const action = { update: { _index: index, _id: fields.id, retry_on_conflict: RETRY_ON_CONFLICT } };
      const doc = content === undefined ? fields : { ...fields, content: content.toString('base64') };
      const source = Buffer.from(JSON.stringify({ doc, doc_as_upsert: true }));
      return { action: JSON.stringify(action), source };
    });
    return bulk(client, operations, signal);
  };
}
