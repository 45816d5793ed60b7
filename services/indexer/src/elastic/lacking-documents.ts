/** Which events are not in this generation: the last proof before it is read in place of the older one. */
import { writtenIndex } from '@auditbox/fhir-core';
import type { Client } from '@elastic/elasticsearch';
import { INDEX_MISSING } from '../domain/disposition.ts';
import type { RebuildStore } from '../domain/rebuild.ts';
import { ElasticError, elasticError } from './errors.ts';

/** By id and so as it is now, without a refresh. All of them are lacking where their month has no index. */
export function lackingDocuments(client: Client, indexPrefix: string): RebuildStore['lacking'] {
  return async (month, ids, signal) => {
    const index = writtenIndex(month, indexPrefix);
    try {
      const { docs } = await client.mget({ index, ids: [...ids], _source: false }, { signal });
      return docs.flatMap((doc) => {
        if ('error' in doc && doc.error.type !== INDEX_MISSING) throw new ElasticError(undefined);
        return 'found' in doc && doc.found ? [] : [doc._id];
      });
    } catch (error) {
      throw elasticError(error);
    }
  };
}
