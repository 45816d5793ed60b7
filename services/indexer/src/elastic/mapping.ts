/**
 * The mapping, made from the table of search parameters. Strict: a field that is not here is a release ahead of
 * its index, never something to guess.
 */
import {
  ENVELOPE_FIELDS,
  EVENT_FIELD,
  type FieldKind,
  type Fields,
  PROJECTED_FIELD,
  PROJECTION_VERSION,
  projectedFields,
  SIZE_FIELD,
  TERMS_FIELD,
} from '@auditbox/fhir-core';
import type { estypes } from '@elastic/elasticsearch';

type Mapping = estypes.MappingTypeMapping;
type Property = estypes.MappingProperty;

/** Kept to be read, neither searched nor sorted by: no term limit applies and no index is built. */
export const KEPT: Property = { type: 'keyword', index: false, doc_values: false };
/** Searched, not sorted or counted by: terms only. */
export const TERM: Property = { type: 'keyword', doc_values: false };
/** Sorted by, not searched. */
const ORDER: Property = { type: 'keyword', index: false };

/** Split at white space and nothing more. */
const WORDS: Property = { type: 'text', analyzer: 'whitespace', index_options: 'docs', norms: false };

/** Words in their places: grams (fhir-core's `grams.ts`). */
const GRAMS: Property = {
  type: 'text',
  analyzer: 'whitespace',
  index_options: 'positions',
  norms: false,
  // A phrase is of whole grams, and every value ends with some that are not: none goes on in the next value.
  position_increment_gap: 0,
};

/** Only counted and measured by; who searches for it reads all of it. */
const COUNTED: Property = { type: 'long', index: false };
/** Beside `_source`, so that who writes a document again from its `_source` is found out. */
const BESIDE: Property = { ...KEPT, store: true };

/** What is stored as it was sent. All else is indexed, and made again from this. */
const SOURCE_FIELDS = [EVENT_FIELD, SIZE_FIELD, ...Object.values(ENVELOPE_FIELDS)];

const BY_KIND: Readonly<Record<FieldKind, Property>> = {
  order: ORDER,
  words: WORDS,
  grams: GRAMS,
  long: { type: 'long' },
};

export function eventMapping() {
  const properties: Record<string, Property> = {
    [EVENT_FIELD]: KEPT,
    [SIZE_FIELD]: COUNTED,
    [PROJECTED_FIELD]: BESIDE,
    [TERMS_FIELD]: TERM,
    ...propertiesOf(projectedFields()),
  };
  for (const field of Object.values(ENVELOPE_FIELDS)) properties[field] = KEPT;
  return {
    _meta: { projection: PROJECTION_VERSION },
    _source: { includes: SOURCE_FIELDS },
    dynamic: 'strict',
    properties,
  } satisfies Mapping;
}

function propertiesOf(fields: Fields): Record<string, Property> {
  const properties = Object.entries(fields).map(([name, field]): [string, Property] => [
    name,
    typeof field === 'string' ? BY_KIND[field] : { dynamic: 'strict', properties: propertiesOf(field) },
  ]);
  return Object.fromEntries(properties);
}
