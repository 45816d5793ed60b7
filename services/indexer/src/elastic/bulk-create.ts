/**
 * Bulk requests of `create` operations: an event that is already there is never overwritten. The bodies are put
 * together from the documents' text, nothing is serialised twice, and of the answer only statuses and error
 * types are asked for: Elasticsearch's reasons can quote a document.
 */
import type { Client } from '@elastic/elasticsearch';
import type { CreatePort } from '../domain/index-records.ts';
import { ElasticError, elasticError } from './errors.ts';

type BulkAnswer = {
  readonly items?: readonly {
    readonly create: { readonly status: number; readonly error?: { readonly type: string } };
  }[];
};

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
          querystring: { filter_path: 'items.*.status,items.*.error.type' },
          bulkBody: lines.join('\n'),
        },
        { signal },
      );
      const { items } = answer;
      // An answer that does not name every document says nothing: a proxy can make a 200 of anything.
      if (items?.length !== documents.length) throw new ElasticError(undefined);
      return items.map(({ create: { status, error } }) => ({
        status,
        ...(error !== undefined && { errorType: error.type }),
      }));
    } catch (error) {
      throw elasticError(error);
    }
  };
}
