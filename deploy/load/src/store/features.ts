/** What each feature of the search costs: the fields of an index, gathered by what they are there for. */
import { SEARCH_PARAMETER_CODES, searchParameter } from '@auditbox/fhir-core';
import type { FieldUsage } from './disk-usage.ts';

/** Bytes an event. */
export type Cost = { readonly name: string; readonly bytes: number } & FieldUsage;

const TYPE_OF = new Map<string, string>(
  SEARCH_PARAMETER_CODES.map((code) => [searchParameter(code).field, searchParameter(code).type]),
);

const BY_TYPE: Readonly<Record<string, string>> = {
  date: 'dates',
  id: '_id and sender-id',
  reference: 'references',
  string: 'strings: beginnings, :exact, their order',
  token: 'tokens',
  uri: 'URIs',
  words: '_content and _text',
};

/** The largest first. */
export function costsOf(fields: ReadonlyMap<string, FieldUsage>, events: number): Cost[] {
  const sums = new Map<string, FieldUsage>();
  for (const [field, usage] of fields) {
    const name = featureOf(field);
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
  const [first = '', second] = field.split('.');
  const type = TYPE_OF.get(first);
  if (type === undefined) return FIELDS_OF_THEIR_OWN[field] ?? field;
  if (second === 'grams') return `:contains of ${first}`;
  if (second === 'text') return ':text of tokens';
  if (second === 'identifier' || second === 'typed') return ':identifier of references';
  return BY_TYPE[type] ?? type;
}

const FIELDS_OF_THEIR_OWN: Readonly<Record<string, string>> = {
  _source: 'the event and what is stored beside it (_source)',
  _id: "Elasticsearch's own _id",
  _seq_no: "Elasticsearch's own numbers",
  _version: "Elasticsearch's own numbers",
  _primary_term: "Elasticsearch's own numbers",
  _field_names: 'which fields there are (_field_names)',
  bytes: 'the size of a page (bytes)',
  present: ':missing',
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
