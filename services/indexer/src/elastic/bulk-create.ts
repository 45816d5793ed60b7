/**
 * Bulk requests of `create` operations: an event that is already there is never overwritten. The bodies are put
 * together from the documents' text, nothing is serialised twice, and of the answer only statuses and error
 * types are asked for: Elasticsearch's reasons can quote a document.
 */
import type { Client } from '@elastic/elasticsearch';
import type { ItemResult } from '../domain/disposition.ts';
import type { CreatePort } from '../domain/index-records.ts';
import { elasticError } from './errors.ts';

type BulkAnswer = {
  readonly errors: boolean;
  readonly items?: readonly {
    readonly create: { readonly status: number; readonly error?: { readonly type: string } };
  }[];
};

const CREATED: ItemResult = { status: 201 };

export function createEvents(client: Client): CreatePort {
  return async (documents, signal) => {
    const lines: string[] = [];
    for (const { index, id, source } of documents) {
      lines.push(`{"create":{"_index":"${index}","_id":"${id}"}}`, source);
    }
    lines.push('');
    try {
      const answer = await client.transport.request<BulkAnswer>(
        {
          method: 'POST',
          path: '/_bulk',
          querystring: { filter_path: 'errors,items.*.status,items.*.error.type' },
          bulkBody: lines.join('\n'),
        },
        { signal },
      );
      if (!answer.errors) return documents.map(() => CREATED);
      return (answer.items ?? []).map(({ create: { status, error } }) => ({
        status,
        ...(error !== undefined && { errorType: error.type }),
      }));
    } catch (error) {
      throw elasticError(error);
    }
  };
}
