/**
 * The terms of documents in a field for each of their fields: all of them are in one, of which Elasticsearch says only what
 * it takes as a whole. The same terms cost the same in either, but for what they begin with.
 */
import { TERMS_FIELD } from '@auditbox/fhir-core';
import type { Source } from './fill.ts';

const TERM = { type: 'keyword', doc_values: false } as const;

/** A field is made when its first term comes. */
export const APART_MAPPING = {
  _source: { enabled: false },
  dynamic_templates: [{ terms: { match_mapping_type: 'string', mapping: TERM } }],
};

export function* termsApart(documents: Iterable<Source>): Generator<Source> {
  for (const { id, source } of documents) {
    const { [TERMS_FIELD]: terms } = JSON.parse(source.toString()) as { [TERMS_FIELD]: string[] };
    const fields = Map.groupBy(terms, (term) => term.slice(0, term.indexOf('=')));
    const apart = [...fields].map(([field, of]) => [field, of.map((term) => term.slice(field.length + 1))]);
    yield { id, source: JSON.stringify(Object.fromEntries(apart)) };
  }
}
