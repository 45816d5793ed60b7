/**
 * Restricted readers: claims say what a reader may see, by rules that an operator sets. What is not understood of a
 * claim never widens what is seen: the reader is refused.
 */
import {
  type Criterion,
  JSON_POINTER,
  ORGANISATION_SYSTEM,
  pointed,
  pointerPath,
  RESTRICTING_CODES,
  restrictionCriterion,
  type Search,
  type SearchParameterCode,
  searchParameterCode,
} from '@auditbox/fhir-core';

/** All that must hold for what a reader may see; none: it may see everything. */
export type Restriction = readonly Criterion[];

/** The reader may see nothing. */
export const REFUSED = 'refused';

/** A search of a reader who may see only what holds for `restriction` too, which stands in no link. */
export type ReaderSearch = Search & { readonly restriction: Restriction };

/** A search parameter, and where in the claims the values are that an event must have for it. */
export type RestrictionRule = { readonly code: SearchParameterCode; readonly path: readonly string[] };

/** What becomes of a reader whose claims do not have what a rule reads. */
export type WithoutClaim = 'refuse' | 'allow';

/** A rule as it is set: `parameter=/json/pointer`. */
export const RESTRICTION_RULE = `^[A-Za-z_-]{1,64}=${JSON_POINTER}$`;

export type RulesProblem = 'unfit-parameter' | 'parameter-twice';

/** The rules that `texts` say, each of them a `RESTRICTION_RULE`. */
export function restrictionRules(texts: readonly string[]): readonly RestrictionRule[] | RulesProblem {
  const rules: RestrictionRule[] = [];
  for (const text of texts) {
    const at = text.indexOf('=');
    const code = searchParameterCode(text.slice(0, at));
    if (code === undefined || !RESTRICTING_CODES.includes(code)) return 'unfit-parameter';
    if (rules.some((rule) => rule.code === code)) return 'parameter-twice';
    rules.push({ code, path: pointerPath(text.slice(at + 1)) });
  }
  return rules;
}

/** What a reader with these claims may see. */
export function restrictionBy(
  rules: readonly RestrictionRule[],
  withoutClaim: WithoutClaim,
  claims: Readonly<Record<string, unknown>>,
): Restriction | typeof REFUSED {
  const restriction: Criterion[] = [];
  for (const { code, path } of rules) {
    const found = pointed(claims, path);
    if (found === 'absent' && withoutClaim === 'allow') continue;
    const values = typeof found === 'object' ? stringsOf(found.value) : undefined;
    const criterion = values && restrictionCriterion(code, values);
    if (criterion === undefined) return REFUSED;
    restriction.push(criterion);
  }
  return restriction;
}

/** What is of one of these organisations, which are folded and in one order: the same ones are the same restriction. */
export function organisationCriterion(organisations: readonly string[]): Criterion {
  const values = organisations.map((code) => ({
    match: 'token' as const,
    system: ORGANISATION_SYSTEM,
    code,
  }));
  return { code: 'source', type: 'identifier', values };
}

/** A string, or an array of nothing else. */
function stringsOf(claim: unknown): readonly string[] | undefined {
  const values: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  return values.every((value) => typeof value === 'string') ? values : undefined;
}
