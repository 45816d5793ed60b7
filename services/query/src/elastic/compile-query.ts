/**
 * The compiler: from criteria to an Elasticsearch query. Every clause is a term, a beginning of one, a range or a phrase
 * of grams in filter context; nothing that a client wrote is ever parsed by Elasticsearch.
 */
import {
  approximately,
  type Criterion,
  comparedCode,
  containing,
  type DateValue,
  exactTerm,
  type Folded,
  foldCode,
  foldString,
  foldText,
  GRAMS_FIELD,
  gramsFields,
  idTerm,
  isEventId,
  MISSING_FIELD,
  type ReferenceValue,
  type SearchParameter,
  type StringParameter,
  searchParameter,
  TERMS_FIELD,
  type TokenParameter,
  type TokenValue,
  termIn,
  tokenTerm,
  typedTerm,
  unversioned,
  urlAncestors,
  versioned,
  wordsOf,
} from '@auditbox/fhir-core';
import type { estypes } from '@elastic/elasticsearch';

export type Query = NonNullable<estypes.SearchRequest['query']>;

export type CompileContext = {
  /**
   * The bases, as `referenceBase` gives them, under which this server's own resources are also known: under them
   * absolute and relative references are one.
   */
  readonly bases: readonly string[];
  /** Milliseconds since 1970, from which `ap` measures. */
  readonly now: number;
};

/** The query that finds what holds for all `criteria`. */
export function compileQuery(criteria: readonly Criterion[], context: CompileContext): Query {
  if (criteria.length === 0) return { match_all: {} };
  return all(criteria.map((criterion) => compileCriterion(criterion, context)));
}

function compileCriterion(criterion: Criterion, { bases, now }: CompileContext): Query {
  const parameter = searchParameter(criterion.code);
  const { field } = parameter;
  switch (criterion.type) {
    case 'missing': {
      const missing = terms(MISSING_FIELD, [criterion.code]);
      return criterion.missing ? missing : none(missing);
    }
    case 'id': {
      const found =
        criterion.code === '_id'
          ? isOneOf('_id', criterion.values.filter(isEventId))
          : terms(field, criterion.values.map(exactTerm));
      return criterion.not ? none(found) : found;
    }
    case 'token': {
      const compared = (code: string): string => comparedCode(parameter as TokenParameter, code);
      const found = compileTokens(field, criterion.values, { compared });
      return criterion.not ? none(found) : found;
    }
    case 'text':
      return any(criterion.values.flatMap((value) => beginnings(readings(`${field}.text`, foldText(value)))));
    case 'string':
      return compileString(parameter as StringParameter, criterion);
    case 'uri':
      return compileUri(field, criterion);
    case 'date':
      return any(criterion.values.map((value) => compileDate(`${field}.micros`, value, now)));
    case 'reference': {
      const type = criterion.target ?? onlyTypeOf(parameter);
      return any(criterion.values.map((value) => compileReference(field, type, value, bases)));
    }
    case 'identifier': {
      const { target, values } = criterion;
      return target === undefined || target === onlyTypeOf(parameter)
        ? compileTokens(`${field}.identifier`, values)
        : compileTokens(`${field}.typed`, values, { named: (term) => typedTerm(target, term) });
    }
    case 'words':
      return any(
        criterion.values.map((value) => all(wordsOf(value).map((word) => ({ term: { [field]: word } })))),
      );
  }
}

/** `compared` is how codes are compared, `named` how the terms of this field are written. */
function compileTokens(
  field: string,
  values: readonly TokenValue[],
  { compared = foldCode, named = (term: string): string => term } = {},
): Query {
  const found = values.map((value) =>
    termIn(`${field}.${value.match}`, exactTerm(named(tokenValueTerm(value, compared)))),
  );
  return isOneOf(TERMS_FIELD, found);
}

function tokenValueTerm(value: TokenValue, compared: (code: string) => string): string {
  switch (value.match) {
    case 'code':
      return compared(value.code);
    case 'token':
      return tokenTerm(value.system, compared(value.code));
    case 'system':
      return value.system;
  }
}

function compileString(
  parameter: StringParameter,
  { match, values }: Extract<Criterion, { type: 'string' }>,
): Query {
  const { field } = parameter;
  if (match === 'exact') return terms(`${field}.exact`, values.map(exactTerm));
  const folded = values.map((value) => foldString(parameter, value));
  // What is folded one way alone is never apart.
  const places = parameter.folding === 'address' ? oneReading : readings;
  if (match === 'starts') return any(folded.flatMap((value) => beginnings(places(field, value))));
  const grams = gramsFields(parameter).map((each) => `${GRAMS_FIELD}.${each}`);
  return any(folded.flatMap((value) => grams.flatMap((each) => within(places(each, value)))));
}

function beginnings(sought: readonly Sought[]): Query[] {
  return sought.map(([field, beginning]) => beginsWith(field, beginning));
}

function within(sought: readonly Sought[]): Query[] {
  return sought.map(([field, part]): Query => {
    const grams = containing(part);
    return 'phrase' in grams
      ? { match_phrase: { [field]: grams.phrase } }
      : { prefix: { [field]: grams.beginning } };
  });
}

/** What is looked for, and in which field. */
type Sought = readonly [field: string, text: string];

/** Both readings of what punctuation is to a string: a value that is so in either is found. */
function readings(field: string, { spaced, solid }: Folded): readonly Sought[] {
  const inBoth = [...new Set([spaced, solid])].map((text): Sought => [`${field}.both`, text]);
  return [...inBoth, [`${field}.spaced`, spaced], [`${field}.solid`, solid]];
}

function oneReading(field: string, { spaced }: Folded): readonly Sought[] {
  return [[`${field}.both`, spaced]];
}

/** R4 search.html#uri: `:below` finds what starts with the value, `:above` what the value is within. */
function compileUri(field: string, { match, values }: Extract<Criterion, { type: 'uri' }>): Query {
  switch (match) {
    case 'equal':
      return terms(field, values.map(exactTerm));
    case 'below':
      return any(values.map((value) => beginsWith(field, value)));
    case 'above':
      return terms(field, values.flatMap(urlAncestors).map(exactTerm));
  }
}

function compileReference(
  field: string,
  type: string | undefined,
  value: ReferenceValue,
  bases: readonly string[],
): Query {
  switch (value.match) {
    case 'url':
      return terms(`${field}.url`, [exactTerm(value.url)]);
    case 'id': {
      const { id } = value;
      const everywhere = ['', ...bases];
      if (type !== undefined) {
        const named = everywhere.map((base) => exactTerm(unversioned({ base, type, id })));
        return terms(`${field}.url`, named);
      }
      return terms(
        `${field}.id`,
        everywhere.map((base) => exactTerm(idTerm(base, id))),
      );
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

function onlyTypeOf(parameter: SearchParameter): string | undefined {
  return parameter.type === 'reference' ? parameter.onlyType : undefined;
}

/** R4 search.html#prefix: the interval searched for is compared with an instant, which has no width. */
function compileDate(field: string, { prefix, range }: DateValue, now: number): Query {
  const between = ({ from, to }: DateValue['range']): Query => ({
    range: { [field]: { gte: String(from), lte: String(to) } },
  });
  const above = (end: bigint): Query => ({ range: { [field]: { gt: String(end) } } });
  const below = (start: bigint): Query => ({ range: { [field]: { lt: String(start) } } });
  switch (prefix) {
    case 'eq':
      return between(range);
    case 'ne':
      // What has no value is not another one.
      return any([above(range.to), below(range.from)]);
    case 'gt':
    case 'sa':
      return above(range.to);
    case 'ge':
      return { range: { [field]: { gte: String(range.from) } } };
    case 'lt':
    case 'eb':
      return below(range.from);
    case 'le':
      return { range: { [field]: { lte: String(range.to) } } };
    case 'ap':
      return between(approximately(range, now));
  }
}

/** What has one of `values` in the field. */
function terms(field: string, values: readonly string[]): Query {
  return isOneOf(
    TERMS_FIELD,
    values.map((value) => termIn(field, value)),
  );
}

function beginsWith(field: string, beginning: string): Query {
  return { prefix: { [TERMS_FIELD]: termIn(field, beginning) } };
}

function isOneOf(field: string, values: readonly string[]): Query {
  const [only] = values;
  return only !== undefined && values.length === 1
    ? { term: { [field]: only } }
    : { terms: { [field]: [...values] } };
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

function none(query: Query): Query {
  return { bool: { must_not: [query] } };
}
