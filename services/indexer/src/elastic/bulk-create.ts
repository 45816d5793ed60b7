/** Bulk requests of events, each with `create`: a document that is there is never written over. */
import { writtenIndex } from '@auditbox/fhir-core';
import type { Client } from '@elastic/elasticsearch';
import { INDEX_MISSING, MONTH_DROPPED } from '../domain/disposition.ts';
import type { CreatePort, CreateResult } from '../domain/index-records.ts';
import { bulk } from './bulk.ts';
import type { MonthIndices } from './month-index.ts';

export function createEvents(client: Client, indexPrefix: string, months: MonthIndices): CreatePort {
  return async (documents, signal) => {
    const dropped = new Set<string>();
    const asked = [...new Set(documents.map((document) => document.month))];
    await Promise.all(
      asked.map(async (month) => {
        if ((await months.open(month)) === 'dropped') dropped.add(month);
      }),
    );
    const written = documents.filter(({ month }) => !dropped.has(month));
    const operations = written.map(
      ({ month, id, source }) =>
        `{"create":{"_index":"${writtenIndex(month, indexPrefix)}","_id":"${id}"}}\n${source}`,
    );
    const results = operations.length === 0 ? [] : await bulk(client, operations, signal);
    for (const [i, { errorType }] of results.entries()) {
      if (errorType === INDEX_MISSING) months.forget(written[i]?.month ?? '');
    }
    let next = 0;
    return documents.map(
      ({ month }): CreateResult => (dropped.has(month) ? MONTH_DROPPED : (results[next++] ?? { status: 0 })),
    );
  };
}
