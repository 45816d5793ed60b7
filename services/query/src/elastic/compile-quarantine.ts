/**
 * From what is asked of quarantine to an Elasticsearch query: terms and ranges in filter context, nothing that a
 * client wrote is ever parsed. Times of quarantine are whole milliseconds, so an item's is a point, not an interval.
 */
import { type DateValue, startMs } from '@auditbox/fhir-core';
import type { estypes } from '@elastic/elasticsearch';
import type { QuarantineCriterion } from '../domain/quarantine-search.ts';

type Query = NonNullable<estypes.SearchRequest['query']>;

const RELEASED: Query = { exists: { field: 'released_at' } };
/** A release can be there before its item is: there is nothing to list then. */
const THERE: Query = { exists: { field: 'received' } };

export function compileQuarantine(criteria: readonly QuarantineCriterion[]): Query {
  return { bool: { filter: [THERE, ...criteria.map(compileCriterion)] } };
}

function compileCriterion(criterion: QuarantineCriterion): Query {
  switch (criterion.type) {
    case 'received':
      return any(criterion.values.map(compileReceived));
    case 'state':
      return any(criterion.values.map((state) => (state === 'released' ? RELEASED : none(RELEASED))));
    case 'sender':
    case 'reason':
    case 'origin':
      return { terms: { [criterion.type]: [...criterion.values] } };
  }
}

function compileReceived({ prefix, range }: DateValue): Query {
  const low = startMs(range);
  const high = startMs({ from: range.to, to: range.to });
  switch (prefix) {
    case 'eq':
    case 'ap':
      return received({ gte: low, lte: high });
    case 'ne':
      return none(received({ gte: low, lte: high }));
    case 'gt':
    case 'sa':
      return received({ gt: high });
    case 'ge':
      return received({ gte: low });
    case 'lt':
    case 'eb':
      return received({ lt: low });
    case 'le':
      return received({ lte: high });
  }
}

function received(bounds: Readonly<Partial<Record<'gt' | 'gte' | 'lt' | 'lte', number>>>): Query {
  return { range: { received: bounds } };
}

function any(queries: Query[]): Query {
  return { bool: { should: queries, minimum_should_match: 1 } };
}

function none(query: Query): Query {
  return { bool: { must_not: [query] } };
}
