/** Bulk requests of events, each with `create`: a document that is there is never written over. */
import { writtenIndex } from '@auditbox/fhir-core';
import type { Client } from '@elastic/elasticsearch';
import {
  INDEX_MISSING,
  type ItemResult,
  MONTH_DROPPED,
  MONTH_DROPPED_BEFORE,
} from '../domain/disposition.ts';
import type { CreatePort, CreateResult } from '../domain/index-records.ts';
import { codeOf } from '../domain/until-written.ts';
import { bulk } from './bulk.ts';
import type { MonthIndices, OpenedMonth } from './month-index.ts';

export function createEvents(client: Client, indexPrefix: string, months: MonthIndices): CreatePort {
  return async (documents, signal) => {
    const opened = await openAll(new Set(documents.map(({ month }) => month)), months);
    const written = documents.filter(({ month }) => opened.get(month) === 'open');
    const operations = written.map(({ month, id, source }) => ({
      action: `{"create":{"_index":"${writtenIndex(month, indexPrefix)}","_id":"${id}"}}`,
      source,
    }));
    const results = operations.length === 0 ? [] : await bulk(client, operations, signal);
    for (const [i, { errorType }] of results.entries()) {
      if (errorType === INDEX_MISSING) months.forget(written[i]?.month ?? '');
    }
    let next = 0;
    return documents.map(({ month, takenMs }): CreateResult => {
      const state = opened.get(month);
      if (state === 'open') return results[next++] ?? { status: 0 };
      if (state === undefined || 'status' in state) return state ?? { status: 0 };
      return takenMs > Date.parse(state.droppedAt) ? MONTH_DROPPED_BEFORE : MONTH_DROPPED;
    });
  };
}

/** What can't be opened holds up its own documents alone: they are told why. */
async function openAll(
  asked: ReadonlySet<string>,
  months: MonthIndices,
): Promise<ReadonlyMap<string, OpenedMonth | ItemResult>> {
  const opened = [...asked].map(async (month): Promise<[string, OpenedMonth | ItemResult]> => {
    try {
      return [month, await months.open(month)];
    } catch (error) {
      return [month, { status: 0, unsent: codeOf(error) }];
    }
  });
  return new Map(await Promise.all(opened));
}
