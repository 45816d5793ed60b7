/** Which page a search asks for: its first, or the one that its cursor leads to. */
import { searchParameter } from '@auditbox/fhir-core';
import { decodeCursor, type Page } from './cursor.ts';
import { decidingKeys } from './deciding-keys.ts';
import type { ReaderSearch } from './restriction.ts';
import { searchKey } from './searchset.ts';

/** `now` is in milliseconds since 1970. Undefined where the cursor is none of this search. */
export function askedPage(search: ReaderSearch, now: number): Page | undefined {
  if (search.cursor === undefined) return { from: 'offset', offset: search.offset, moment: now };
  const kinds = decidingKeys(search.sort).map(({ code }) =>
    searchParameter(code).type === 'date' ? ('long' as const) : ('term' as const),
  );
  return decodeCursor(search.cursor, searchKey(search), kinds);
}
