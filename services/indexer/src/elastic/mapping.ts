/**
 * The mapping, made from the table of search parameters. Strict: a field that is not here is a release ahead of
 * its index, never something to guess.
 */
import {
  ENVELOPE_FIELDS,
  EVENT_FIELD,
  FIELDS,
  type FieldKind,
  type Fields,
  PRESENT_FIELD,
  PROJECTION_VERSION,
  SEARCH_PARAMETER_CODES,
  SIZE_FIELD,
  searchParameter,
} from '@auditbox/fhir-core';
import type { estypes } from '@elastic/elasticsearch';

type Mapping = estypes.MappingTypeMapping;
type Property = estypes.MappingProperty;

/** Kept to be read, neither searched nor sorted by: no term limit applies and no index is built. */
export const KEPT: Property = { type: 'keyword', index: false, doc_values: false };
/** Searched, not sorted or counted by: terms only. */
export const TERM: Property = { type: 'keyword', doc_values: false };
/** Searched and sorted by. */
export const SORTED_TERM: Property = { type: 'keyword' };

/** Words in their places, split at white space and nothing more: grams (fhir-core's `grams.ts`). */
const GRAMS: Property = { type: 'text', analyzer: 'whitespace', index_options: 'positions', norms: false };

const BY_KIND: Readonly<Record<FieldKind, Property>> = {
  term: TERM,
  sorted: SORTED_TERM,
  grams: GRAMS,
  date: { type: 'date', format: 'epoch_millis' },
  long: { type: 'long' },
};

export function eventMapping() {
  const properties: Record<string, Property> = {
    [EVENT_FIELD]: KEPT,
    [SIZE_FIELD]: { type: 'long', index: false },
    [PRESENT_FIELD]: TERM,
  };
  for (const field of Object.values(ENVELOPE_FIELDS)) properties[field] = KEPT;
  for (const code of SEARCH_PARAMETER_CODES) {
    const { type, field } = searchParameter(code);
    properties[field] = propertyOf(FIELDS[type]);
  }
  return { _meta: { projection: PROJECTION_VERSION }, dynamic: 'strict', properties } satisfies Mapping;
}

function propertyOf(fields: FieldKind | Fields): Property {
  if (typeof fields === 'string') return BY_KIND[fields];
  const properties = Object.entries(fields).map(([name, field]) => [name, propertyOf(field)]);
  return { dynamic: 'strict', properties: Object.fromEntries(properties) };
}
