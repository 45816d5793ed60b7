/**
 * Bulk requests of `create` operations: an event that is already there is never overwritten. The documents' text goes
 * in as it is, nothing is serialised twice.
 */
import type { Client } from '@elastic/elasticsearch';
import type { CreatePort } from '../domain/index-records.ts';
import { bulk } from './bulk.ts';

export function createEvents(client: Client): CreatePort {
  return (documents, signal) => {
    const operations = documents.map(
      ({ index, id, source }) => `{"create":{"_index":"${index}","_id":"${id}"}}\n${source}`,
    );
    return bulk(client, operations, signal);
  };
}
