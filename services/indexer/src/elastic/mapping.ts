/**
 * The mapping, made from the table of search parameters. Strict: a field that is not here is a release ahead of
 * its index, never something to guess.
 */
import {
  ENVELOPE_FIELDS,
  EVENT_FIELD,
  type FieldKind,
  PRESENT_FIELD,
  SEARCH_PARAMETER_CODES,
  type SearchParameter,
  SUB_FIELDS,
  searchParameter,
} from '@auditbox/fhir-core';
import type { estypes } from '@elastic/elasticsearch';

type Property = estypes.MappingProperty;

/** Kept to be read, neither searched nor sorted by: no term limit applies and no index is built. */
export const KEPT: Property = { type: 'keyword', index: false, doc_values: false };
/** Searched, not sorted or counted by: terms only. */
export const TERM: Property = { type: 'keyword', doc_values: false };
/** Searched and sorted by. */
export const SORTED_TERM: Property = { type: 'keyword' };

const BY_KIND: Readonly<Record<FieldKind, Property>> = {
  keyword: TERM,
  date: { type: 'date', format: 'epoch_millis' },
  long: { type: 'long' },
};

export function eventMapping(): estypes.MappingTypeMapping {
  const properties: Record<string, Property> = { [EVENT_FIELD]: KEPT, [PRESENT_FIELD]: TERM };
  for (const field of Object.values(ENVELOPE_FIELDS)) properties[field] = KEPT;
  for (const code of SEARCH_PARAMETER_CODES) {
    const parameter = searchParameter(code);
    properties[parameter.field] = propertyOf(parameter);
  }
  return { dynamic: 'strict', properties };
}

function propertyOf({ type }: SearchParameter): Property {
  if (type === 'id') return SORTED_TERM;
  if (type === 'string' || type === 'uri') return TERM;
  const fields = Object.entries(SUB_FIELDS[type]).map(([name, kind]) => [name, BY_KIND[kind]]);
  return { dynamic: 'strict', properties: Object.fromEntries(fields) };
}
