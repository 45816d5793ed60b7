/**
 * Events in the order that `_sort` asks for (http://hl7.org/fhir/R4/search.html#sort). Of several values the least
 * counts, or descending the greatest; what has no value is last either way; what ties is by id, descending. Without
 * keys the newest comes first.
 */
import type { SearchParameterCode, SortKey } from '@auditbox/fhir-core';
import { compareText, foldedAddress, foldedText, withoutCase } from './folded.ts';
import { type Kept, textsAt } from './kept.ts';
import { pointOf } from './moment.ts';
import { textsOf, tokensOf } from './values.ts';

const NEWEST_FIRST: readonly SortKey[] = [{ code: 'date', descending: true }];

export function sorted(events: readonly Kept[], keys: readonly SortKey[]): Kept[] {
  const by = keys.length === 0 ? NEWEST_FIRST : keys;
  return events
    .map((kept) => ({ kept, id: idOf(kept), values: by.map((key) => sortValue(kept, key)) }))
    .sort((a, b) => {
      for (const [at, { descending }] of by.entries()) {
        const difference = compare(a.values[at], b.values[at], descending);
        if (difference !== 0) return difference;
      }
      return compareText(b.id, a.id);
    })
    .map(({ kept }) => kept);
}

export const idOf = ({ event }: Kept): string => textsAt(event, 'id')[0] ?? '';

type SortValue = string | bigint | undefined;

function compare(a: SortValue, b: SortValue, descending: boolean): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return descending ? ascending(b, a) : ascending(a, b);
}

function ascending(a: string | bigint, b: string | bigint): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}

function sortValue(kept: Kept, { code, descending }: SortKey): SortValue {
  const values = sortValues(code, kept).sort(ascending);
  return descending ? values.at(-1) : values[0];
}

function sortValues(code: SearchParameterCode, kept: Kept): (string | bigint)[] {
  switch (code) {
    case 'date':
    case '_lastUpdated':
      return textsOf(code, kept).map(pointOf);
    case '_id':
    case 'sender-id':
    case '_profile':
    case '_source':
    case 'policy':
      return textsOf(code, kept);
    case 'address':
      return textsOf(code, kept).map(foldedAddress);
    case 'agent-name':
    case 'entity-name':
      return textsOf(code, kept).map(foldedText);
    case 'sender':
      return tokensOf(code, kept).flatMap((token) => token.code ?? []);
    default:
      return tokensOf(code, kept).flatMap((token) =>
        token.code === undefined ? [] : [withoutCase(token.code)],
      );
  }
}
