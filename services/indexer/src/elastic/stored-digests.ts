/** The content digests of events that are stored: what tells an event that was sent twice from another one. */
import { DIGEST_FIELD, writtenIndex } from '@auditbox/fhir-core';
import type { Client } from '@elastic/elasticsearch';
import type { StoredDigestsPort } from '../domain/index-records.ts';
import { elasticError } from './errors.ts';

/** Of a document that no indexer wrote: it equals no digest. */
const NONE = '';

type Document = { readonly [DIGEST_FIELD]: string };

export function storedDigests(client: Client, indexPrefix: string): StoredDigestsPort {
  return async (documents, signal) => {
    try {
      const { docs } = await client.mget<Document>(
        {
          docs: documents.map(({ month, id }) => ({
            _index: writtenIndex(month, indexPrefix),
            _id: id,
            _source: [DIGEST_FIELD],
          })),
        },
        { signal },
      );
      return docs.map((doc) =>
        'found' in doc && doc.found ? (doc._source?.[DIGEST_FIELD] ?? NONE) : undefined,
      );
    } catch (error) {
      throw elasticError(error);
    }
  };
}
