/** What each feature of the search costs: the fields of an index, gathered by what they are there for. */
import {
  GRAMS_FIELD,
  MISSING_FIELD,
  SEARCH_PARAMETER_CODES,
  searchParameter,
  TERMS_FIELD,
} from '@auditbox/fhir-core';
import type { FieldUsage } from './disk-usage.ts';

/** Bytes an event. */
export type Cost = { readonly name: string; readonly bytes: number } & FieldUsage;

const TYPE_OF = new Map<string, string>(
  SEARCH_PARAMETER_CODES.map((code) => [searchParameter(code).field, searchParameter(code).type]),
);

/** What a parameter has beside its terms, by its type. */
const BY_TYPE: Readonly<Record<string, string>> = {
  date: 'dates',
  id: 'the order of _id and sender-id',
  string: 'the order of strings',
  token: 'the order of tokens',
  uri: 'the order of URIs',
  words: '_content and _text',
};

const TERMS_BY_TYPE: Readonly<Record<string, string>> = {
  id: 'sender-id',
  reference: 'references',
  string: 'strings: beginnings',
  token: 'tokens',
  uri: 'URIs',
};

/** Of an index of events. The largest first. */
export function costsOf(fields: ReadonlyMap<string, FieldUsage>, events: number): Cost[] {
  return gathered(fields, events, featureOf);
}

/** Of an index of their terms, each in the field that it is of (`apart.ts`). The largest first. */
export function costsOfTerms(fields: ReadonlyMap<string, FieldUsage>, events: number): Cost[] {
  const terms = [...fields].filter(([field]) => !field.startsWith('_'));
  return gathered(new Map(terms), events, (field) => `${TERMS_FIELD}: ${featureOfTerm(field)}`);
}

function gathered(
  fields: ReadonlyMap<string, FieldUsage>,
  events: number,
  nameOf: (field: string) => string,
): Cost[] {
  const sums = new Map<string, FieldUsage>();
  for (const [field, usage] of fields) {
    const name = nameOf(field);
    const before = sums.get(name);
    sums.set(name, before === undefined ? usage : added(before, usage));
  }
  const costs = [...sums].map(([name, usage]): Cost => {
    const { inverted, stored, docValues, points, norms } = usage;
    const each = (bytes: number) => Math.round((bytes / events) * 10) / 10;
    return {
      name,
      bytes: each(inverted + stored + docValues + points + norms),
      inverted: each(inverted),
      stored: each(stored),
      docValues: each(docValues),
      points: each(points),
      norms: each(norms),
    };
  });
  return costs.sort((a, b) => b.bytes - a.bytes);
}

function featureOf(field: string): string {
  const [first = '', second = ''] = field.split('.');
  if (first === GRAMS_FIELD) return `:contains of ${second}`;
  const type = TYPE_OF.get(first);
  return FIELDS_OF_THEIR_OWN[field] ?? (type === undefined ? field : (BY_TYPE[type] ?? type));
}

function featureOfTerm(field: string): string {
  const [first = '', second] = field.split('.');
  if (first === MISSING_FIELD) return ':missing';
  if (second === 'exact') return ':exact';
  if (second === 'text') return ':text of tokens';
  if (second === 'identifier' || second === 'typed') return ':identifier of references';
  const type = TYPE_OF.get(first) ?? '';
  return TERMS_BY_TYPE[type] ?? field;
}

const FIELDS_OF_THEIR_OWN: Readonly<Record<string, string>> = {
  _source: 'the event and what is stored beside it (_source)',
  _id: "Elasticsearch's own _id",
  _seq_no: "Elasticsearch's own numbers",
  _version: "Elasticsearch's own numbers",
  _primary_term: "Elasticsearch's own numbers",
  _field_names: 'which fields there are (_field_names)',
  bytes: 'the size of a page (bytes)',
  [TERMS_FIELD]: 'all terms, which below are apart',
  projected: 'the digest of all that is only indexed (projected)',
};

function added(a: FieldUsage, b: FieldUsage): FieldUsage {
  return {
    inverted: a.inverted + b.inverted,
    stored: a.stored + b.stored,
    docValues: a.docValues + b.docValues,
    points: a.points + b.points,
    norms: a.norms + b.norms,
  };
}
