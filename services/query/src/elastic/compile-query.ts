/**
 * The compiler: from criteria to an Elasticsearch query. Every clause is a term, a prefix or a range in filter
 * context; nothing that a client wrote is ever parsed by Elasticsearch.
 */
import {
  type Criterion,
  type DateValue,
  exactTerm,
  foldCode,
  idTerm,
  PRESENT_FIELD,
  type ReferenceValue,
  searchParameter,
  type TokenValue,
  tokenTerm,
  unversioned,
  versioned,
} from '@auditbox/fhir-core';
import type { estypes } from '@elastic/elasticsearch';

type Query = NonNullable<estypes.SearchRequest['query']>;

/**
 * The query that finds what holds for all `criteria`. `bases` are the bases, as `referenceBase` gives them, under
 * which this server's own resources are also known: under them absolute and relative references are one.
 */
export function compileQuery(criteria: readonly Criterion[], bases: readonly string[]): Query {
  if (criteria.length === 0) return { match_all: {} };
  return { bool: { filter: criteria.map((criterion) => compileCriterion(criterion, bases)) } };
}

function compileCriterion(criterion: Criterion, bases: readonly string[]): Query {
  const { field } = searchParameter(criterion.code);
  switch (criterion.type) {
    case 'missing': {
      const present: Query = { term: { [PRESENT_FIELD]: criterion.code } };
      return criterion.missing ? none([present]) : present;
    }
    case 'id':
      return terms(field, criterion.values.map(exactTerm));
    case 'token': {
      const found = criterion.values.map((value) => compileToken(field, value));
      return criterion.not ? none(found) : any(found);
    }
    case 'string':
      return any(criterion.values.map((value) => ({ prefix: { [field]: value } })));
    case 'uri':
      return terms(field, criterion.values.map(exactTerm));
    case 'date':
      return any(criterion.values.map((value) => compileDate(field, value)));
    case 'reference':
      return any(criterion.values.map((value) => compileReference(field, value, bases)));
  }
}

function compileToken(field: string, value: TokenValue): Query {
  switch (value.match) {
    case 'code':
      return { term: { [`${field}.code`]: exactTerm(foldCode(value.code)) } };
    case 'token':
      return { term: { [`${field}.token`]: exactTerm(tokenTerm(value.system, foldCode(value.code))) } };
    case 'system':
      return { term: { [`${field}.system`]: exactTerm(value.system) } };
  }
}

function compileReference(field: string, value: ReferenceValue, bases: readonly string[]): Query {
  switch (value.match) {
    case 'url':
      return terms(`${field}.url`, [exactTerm(value.url)]);
    case 'id': {
      const { id, url, type } = value;
      const itself = exactTerm(url);
      if (type !== undefined) {
        const named = ['', ...bases].map((base) => exactTerm(unversioned({ base, type, id })));
        return terms(`${field}.url`, [...named, itself]);
      }
      const ids = ['', ...bases].map((base) => exactTerm(idTerm(base, id)));
      return any([terms(`${field}.id`, ids), terms(`${field}.url`, [itself])]);
    }
    case 'resource': {
      const { version } = value;
      const own = value.base === '' || bases.includes(value.base) ? ['', ...bases] : [value.base];
      const named = own.map((base) => {
        const target = { ...value, base };
        return exactTerm(version === undefined ? unversioned(target) : versioned(target, version));
      });
      return terms(`${field}.url`, named);
    }
  }
}

/** R4 search.html#prefix: every prefix compares the interval searched for with the interval in the event. */
function compileDate(field: string, { prefix, range }: DateValue): Query {
  const [low, high] = [String(range.from), String(range.to)];
  const from = `${field}.from`;
  const to = `${field}.to`;
  const within = all([{ range: { [from]: { gte: low } } }, { range: { [to]: { lte: high } } }]);
  const above: Query = { range: { [to]: { gt: high } } };
  const below: Query = { range: { [from]: { lt: low } } };
  switch (prefix) {
    case 'eq':
      return within;
    case 'ne':
      return none([within]);
    case 'gt':
      return above;
    case 'ge':
      return any([above, within]);
    case 'lt':
      return below;
    case 'le':
      return any([below, within]);
    case 'sa':
      return { range: { [from]: { gt: high } } };
    case 'eb':
      return { range: { [to]: { lt: low } } };
    case 'ap':
      return all([{ range: { [from]: { lte: high } } }, { range: { [to]: { gte: low } } }]);
  }
}

function terms(field: string, values: readonly string[]): Query {
  return { terms: { [field]: [...values] } };
}

function any(queries: Query[]): Query {
  const [only] = queries;
  return only !== undefined && queries.length === 1
    ? only
    : { bool: { should: queries, minimum_should_match: 1 } };
}

function all(queries: Query[]): Query {
  return { bool: { filter: queries } };
}

function none(queries: Query[]): Query {
  return { bool: { must_not: queries } };
}
