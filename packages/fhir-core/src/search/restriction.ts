/**
 * Restrictions: what a reader may see at all, as a criterion that is added to whatever it searches for. The values are
 * a claim's, read by the grammar of a search, in which nothing of them is syntax but the bar of a token. Only what
 * compares whole values restricts: by a beginning, a word or a time one would see what only looks like one's own.
 */
import type { Criterion } from './criteria.ts';
import { escaped } from './escaped.ts';
import { SEARCH_PARAMETER_CODES, type SearchParameterCode, searchParameter } from './parameters.ts';
import { parseSearch } from './parse-search.ts';

/** Values of one claim: more sites than a reader answers for, and few enough for every search to carry. */
export const RESTRICTION_VALUES_MAX = 100;

/** Parameters that can restrict. Ids are compared whole too, but no claim knows the ids of events. */
export const RESTRICTING_CODES: readonly SearchParameterCode[] = SEARCH_PARAMETER_CODES.filter((code) =>
  ['token', 'reference', 'uri', 'string'].includes(searchParameter(code).type),
);

/**
 * What has one of `values`; undefined where they restrict to nothing that is certain: none or too many, one that is
 * empty, too long or no value of the parameter, one that names any code of a system, or an id without its type.
 */
export function restrictionCriterion(
  code: SearchParameterCode,
  values: readonly string[],
): Criterion | undefined {
  if (!RESTRICTING_CODES.includes(code) || values.length === 0 || values.length > RESTRICTION_VALUES_MAX)
    return undefined;
  // An empty alternative would not count, and half a surrogate pair is no text that could be compared.
  if (values.some((value) => value === '' || !value.isWellFormed())) return undefined;
  const { type } = searchParameter(code);
  // In one order, so that the same values are the same restriction.
  const distinct = [...new Set(values)].toSorted();
  const name = type === 'string' ? `${code}:exact` : code;
  const text = distinct.map(type === 'token' ? escapedToken : escaped).join(',');
  const parsed = parseSearch([[name, text]], { strict: true });
  const criterion = 'search' in parsed ? parsed.search.criteria[0] : undefined;
  return criterion !== undefined && isCertain(criterion) ? criterion : undefined;
}

/** `system|` is more likely a code that is missing than all codes; an id alone is also that of another type's resource. */
function isCertain(criterion: Criterion): boolean {
  switch (criterion.type) {
    case 'token':
      return criterion.values.every(({ match }) => match !== 'system');
    case 'reference': {
      const parameter = searchParameter(criterion.code);
      const saysType = parameter.type === 'reference' && parameter.onlyType !== undefined;
      return saysType || criterion.values.every(({ match }) => match !== 'id');
    }
    default:
      return true;
  }
}

/** The bar stays what it is: between a system and a code. */
function escapedToken(value: string): string {
  return value.split('|').map(escaped).join('|');
}
