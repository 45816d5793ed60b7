/**
 * The order of a search, always a total one: the repository's own id comes last, so pages never overlap. Newest
 * first, its default, is the order of the index itself.
 */
import type { SortKey } from '@auditbox/fhir-core';

/** Newest first (R4 leaves the default to the server); events of one instant by their ids, the greatest first. */
const NEWEST_FIRST: readonly SortKey[] = [{ code: 'date', descending: true }];
const BY_ID: SortKey = { code: '_id', descending: true };

/** The keys that decide, the last of them the id. Keys after the id would decide nothing. */
export function decidingKeys(keys: readonly SortKey[]): readonly SortKey[] {
  const asked = keys.length === 0 ? NEWEST_FIRST : keys;
  const id = asked.findIndex(({ code }) => code === '_id');
  return id < 0 ? [...asked, BY_ID] : asked.slice(0, id + 1);
}
