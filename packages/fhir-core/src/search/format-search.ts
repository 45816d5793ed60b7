/**
 * A search as the parameters that say it: what was really applied, for links, and the same text whenever it is the
 * same search. Parsing it gives the search again.
 */
import type { Criterion, DateValue, ReferenceValue, Search, SortKey, TokenValue } from './criteria.ts';
import { escaped } from './escaped.ts';
import { CHAIN } from './parameters.ts';
import { unversioned, versioned } from './reference-url.ts';

type Parameters = [name: string, value: string][];

/** What is searched for, and in which order. Neither the page nor how it is written. */
export function formatSearch({ criteria, sort }: Pick<Search, 'criteria' | 'sort'>): Parameters {
  const parameters = criteria.map(formatCriterion);
  return sort.length === 0 ? parameters : [...parameters, ['_sort', sort.map(formatSortKey).join(',')]];
}

/** How the answer is written. */
export function formatPresentation({
  total,
  presentation,
}: Pick<Search, 'total' | 'presentation'>): Parameters {
  const { pretty, subset, countOnly, formatted } = presentation;
  const parameters: Parameters = [];
  if (total !== undefined) parameters.push(['_total', total]);
  if (countOnly) parameters.push(['_summary', 'count']);
  else if (typeof subset === 'string') parameters.push(['_summary', subset]);
  else if (subset !== undefined) parameters.push(['_elements', subset.elements.join(',')]);
  if (pretty) parameters.push(['_pretty', 'true']);
  if (formatted === true) parameters.push(['_format', 'json']);
  return parameters;
}

function formatCriterion(criterion: Criterion): [name: string, value: string] {
  const { code } = criterion;
  switch (criterion.type) {
    case 'missing':
      return [`${code}:missing`, String(criterion.missing)];
    case 'id':
      return [criterion.not ? `${code}:not` : code, joined(criterion.values, escaped)];
    case 'words':
      return [code, joined(criterion.values, escaped)];
    case 'token':
      return [criterion.not ? `${code}:not` : code, joined(criterion.values, formatToken)];
    case 'text':
      return [`${code}:text`, joined(criterion.values, escaped)];
    case 'string':
      return [
        criterion.match === 'starts' ? code : `${code}:${criterion.match}`,
        joined(criterion.values, escaped),
      ];
    case 'uri':
      return [
        criterion.match === 'equal' ? code : `${code}:${criterion.match}`,
        joined(criterion.values, escaped),
      ];
    case 'date':
      return [code, joined(criterion.values, formatDate)];
    case 'reference':
      return [targeted(code, criterion.target), joined(criterion.values, formatReference)];
    case 'identifier':
      return [`${targeted(code, criterion.target)}.${CHAIN}`, joined(criterion.values, formatToken)];
  }
}

function targeted(code: string, target: string | undefined): string {
  return target === undefined ? code : `${code}:${target}`;
}

function joined<Value>(values: readonly Value[], format: (value: Value) => string): string {
  return values.map(format).join(',');
}

function formatToken(value: TokenValue): string {
  switch (value.match) {
    case 'code':
      return escaped(value.code);
    case 'token':
      return `${escaped(value.system ?? '')}|${escaped(value.code)}`;
    case 'system':
      return `${escaped(value.system)}|`;
  }
}

function formatDate({ prefix, date }: DateValue): string {
  return prefix === 'eq' ? date : `${prefix}${date}`;
}

function formatReference(value: ReferenceValue): string {
  switch (value.match) {
    case 'id':
      return escaped(value.id);
    case 'resource':
      return escaped(value.version === undefined ? unversioned(value) : versioned(value, value.version));
    case 'url':
      return escaped(value.url);
  }
}

function formatSortKey({ code, descending }: SortKey): string {
  return descending ? `-${code}` : code;
}
