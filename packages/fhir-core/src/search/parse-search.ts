/**
 * The query grammar: from the parameters of a request to a `Search`, or to all that is wrong with them.
 *
 * As R4 has it (search.html#errors), what is unknown does not count unless the client wants it refused
 * (`Prefer: handling=strict`), and is named. A parameter that is known is never dropped: a bad value or a modifier
 * that it does not have is refused, because the answer would say more than was asked.
 */
import { type Issue, issue } from '../outcome/operation-outcome.ts';
import type { Compartment, Criterion, Ignored, Search } from './criteria.ts';
import { gramsFields } from './document.ts';
import { splitEscaped, unescaped } from './escaped.ts';
import { type Folded, foldText } from './fold.ts';
import { isPageParameter, parsePageParameters } from './page-parameters.ts';
import {
  CHAIN,
  modifiersOf,
  type ReferenceParameter,
  type SearchParameter,
  type SearchParameterCode,
  type StringParameter,
  searchParameter,
  searchParameterCode,
} from './parameters.ts';
import {
  type Parsed,
  parseDate,
  parseId,
  parseReference,
  parseString,
  parseText,
  parseToken,
  parseUri,
  parseWords,
} from './parse-value.ts';
import { printable } from './printable.ts';
import { foldString } from './project-strings.ts';
import { isResultParameter, parseResultParameters } from './result-parameters.ts';
import { TERM_CHARS_MAX } from './term.ts';
import { urlAncestorCount } from './url-ancestors.ts';
import { wordsOf } from './words.ts';

/** Parameters in one search; each becomes a clause. */
export const SEARCH_PARAMETERS_MAX = 100;
/**
 * What one search compares altogether: alternatives (comma separated), words, the ancestors of a URL with `:above`, the
 * characters of what is looked for within (twice where grams are in two places), and each twenty of a beginning. Each
 * becomes four clauses at most; Elasticsearch itself stops at some thousands.
 */
export const SEARCH_VALUES_MAX = 1000;
const BEGINNING_CHARS_PER_VALUE = 20;
/** UTF-16 code units of one value, without its escapes: what is compared of a beginning (`prefixTerm`). */
export const SEARCH_VALUE_CHARS_MAX = TERM_CHARS_MAX;

/** Filters that R4 has and this server has not: to drop one would say more than was asked. */
const FILTERS_WE_LACK: readonly string[] = ['_filter', '_has', '_list', '_query'];

/** Why some modifiers of R4 are refused. */
const LACKING = new Map(
  Object.entries({
    in: 'value sets are not known here',
    'not-in': 'value sets are not known here',
    above: 'the hierarchies of code systems are not known here',
    below: 'the hierarchies of code systems are not known here',
    'of-type': 'none of its values is an Identifier',
    text: 'it has no text beside its code',
  }),
);

export type ParseSearchOptions = {
  /** Whether unknown parameters are refused (`Prefer: handling=strict`) instead of ignored and named. */
  readonly strict: boolean;
  readonly compartment?: Compartment | undefined;
};

export type ParsedSearch = { readonly search: Search } | { readonly issues: readonly Issue[] };

/** Parses the decoded `parameters` of a search in their order. */
export function parseSearch(
  parameters: Iterable<readonly [string, string]>,
  { strict, compartment }: ParseSearchOptions,
): ParsedSearch {
  const all = [...parameters];
  const asked = all.filter(([name]) => !saysHowToAnswer(name));
  if (asked.length > SEARCH_PARAMETERS_MAX || all.length > 2 * SEARCH_PARAMETERS_MAX) {
    return { issues: [problem('too-costly', `A search has at most ${SEARCH_PARAMETERS_MAX} parameters.`)] };
  }
  const criteria: Criterion[] = [];
  const ignored: Ignored[] = [];
  const issues: Issue[] = [];
  for (const [name, value] of asked) {
    const parsed = parseCriterion(name, value);
    if ('criterion' in parsed) criteria.push(parsed.criterion);
    else if ('issue' in parsed) issues.push(parsed.issue);
    else if (parsed.ignored === 'unknown' && strict) issues.push(unknown(name));
    else ignored.push({ name: printable(name), why: parsed.ignored });
  }
  if (criteria.reduce((total, criterion) => total + cost(criterion), 0) > SEARCH_VALUES_MAX) {
    return { issues: [problem('too-costly', `A search has at most ${SEARCH_VALUES_MAX} values.`)] };
  }
  const result = parseResultParameters(all, 'search');
  if ('issues' in result) issues.push(...result.issues);
  const page = parsePageParameters(all);
  if ('issues' in page) issues.push(...page.issues);
  if (issues.length > 0 || 'issues' in result || 'issues' in page) return { issues };
  return {
    search: {
      ...(compartment !== undefined && { compartment }),
      criteria,
      ...page,
      ...result,
      count: result.presentation.countOnly ? 0 : page.count,
      ignored,
    },
  };
}

/** What is no clause, and in each link beside the search: the page, and how it is written. */
function saysHowToAnswer(name: string): boolean {
  return name === '_format' || isResultParameter(name) || isPageParameter(name);
}

type ParsedCriterion =
  | { readonly criterion: Criterion }
  | { readonly issue: Issue }
  | { readonly ignored: Ignored['why'] };

/** `code`, `code:modifier`, `code.identifier` or `code:Type.identifier`. */
const NAME = /^([^:.]*)(?::([^.]*))?(?:\.(.*))?$/s;

function parseCriterion(name: string, text: string): ParsedCriterion {
  const [, base = '', modifier, chain] = NAME.exec(name) ?? [];
  if (saysHowToAnswer(base)) return refuse('not-supported', `${base} has no modifiers.`);
  if (FILTERS_WE_LACK.includes(base)) return refuse('not-supported', `${base} is not supported.`);
  const code = searchParameterCode(base);
  if (code === undefined) return { ignored: 'unknown' };
  const parameter = searchParameter(code);
  const values = splitEscaped(text, ',').filter((value) => value !== '');

  if (chain !== undefined && (parameter.type !== 'reference' || chain !== CHAIN)) {
    return refuse('not-supported', `${code} does not support the chain ${printable(chain)}.`);
  }
  if (modifier !== undefined && !hasModifier(parameter, modifier, chain)) {
    const reason = LACKING.get(modifier === 'ofType' ? 'of-type' : modifier);
    const because = reason === undefined || parameter.type !== 'token' ? '' : `: ${reason}`;
    return refuse(
      'not-supported',
      `${code} does not support the modifier ${printable(`:${modifier}`)}${because}.`,
    );
  }
  if (values.length === 0) return { ignored: 'empty' };
  if (modifier === 'missing') {
    if (text !== 'true' && text !== 'false') return refuse('value', `${code}:missing is true or false.`);
    return { criterion: { code, type: 'missing', missing: text === 'true' } };
  }
  if (values.some((value) => unescaped(value).length > SEARCH_VALUE_CHARS_MAX)) {
    return refuse('too-long', `A value of ${code} has at most ${SEARCH_VALUE_CHARS_MAX} characters.`);
  }
  return parseValues(code, chain === undefined ? modifier : { chained: modifier }, values);
}

/** `:[type]` takes any name that looks like a resource type (`Client` is one), unless the parameter has only one. */
function hasModifier(parameter: SearchParameter, modifier: string, chain: string | undefined): boolean {
  if (parameter.type === 'reference' && isTarget(modifier, parameter)) return true;
  return (
    chain === undefined &&
    modifier !== 'type' &&
    (modifiersOf(parameter) as readonly string[]).includes(modifier)
  );
}

function isTarget(modifier: string, { onlyType }: ReferenceParameter): boolean {
  return onlyType === undefined ? /^[A-Z][A-Za-z]{0,63}$/.test(modifier) : modifier === onlyType;
}

function parseValues(
  code: SearchParameterCode,
  modifier: string | undefined | { readonly chained: string | undefined },
  texts: readonly string[],
): ParsedCriterion {
  const parameter = searchParameter(code);
  const collect = <Value>(
    parse: (text: string) => Parsed<Value>,
    criterion: (values: Value[]) => Criterion,
  ): ParsedCriterion => {
    const values: Value[] = [];
    for (const text of texts) {
      const parsed = parse(text);
      if ('value' in parsed) values.push(parsed.value);
      else return refuse(parsed.tooLong === true ? 'too-long' : 'value', `${code}: ${parsed.problem}.`);
    }
    return { criterion: criterion(values) };
  };

  switch (parameter.type) {
    case 'reference': {
      const chained = typeof modifier === 'object';
      const named = chained ? modifier.chained : modifier;
      const target = named === 'identifier' ? undefined : named;
      const of = { code, ...(target !== undefined && { target }) };
      return chained || named === 'identifier'
        ? collect(parseToken, (values) => ({ ...of, type: 'identifier', values }))
        : collect(
            (text) => parseReference(text, parameter, target),
            (values) => ({ ...of, type: 'reference', values }),
          );
    }
    case 'token':
      return modifier === 'text'
        ? collect(parseText, (values) => ({ code, type: 'text', values }))
        : collect(parseToken, (values) => ({ code, type: 'token', not: modifier === 'not', values }));
    case 'string': {
      const match = modifier === 'exact' || modifier === 'contains' ? modifier : 'starts';
      return collect(
        (text) => parseString(text, parameter, match),
        (values) => ({ code, type: 'string', match, values }),
      );
    }
    case 'uri': {
      const match = modifier === 'below' || modifier === 'above' ? modifier : 'equal';
      return collect(
        (text) => parseUri(text, match),
        (values) => ({ code, type: 'uri', match, values }),
      );
    }
    case 'date':
      return collect(parseDate, (values) => ({ code, type: 'date', values }));
    case 'words':
      return collect(parseWords, (values) => ({ code, type: 'words', values }));
    case 'id':
      return collect(parseId, (values) => ({ code, type: 'id', not: modifier === 'not', values }));
  }
}

/** How much of `SEARCH_VALUES_MAX` a criterion takes. */
function cost(criterion: Criterion): number {
  switch (criterion.type) {
    case 'missing':
      return 1;
    case 'words':
      return criterion.values.flatMap(wordsOf).length;
    case 'text':
      return sum(criterion.values, (value) => beginningCost(lengthOf(foldText(value))));
    case 'string': {
      const { code, match, values } = criterion;
      if (match === 'exact') return values.length;
      const parameter = searchParameter(code) as StringParameter;
      const folded = (value: string) => lengthOf(foldString(parameter, value));
      return match === 'contains'
        ? sum(values, folded) * gramsFields(parameter).length
        : sum(values, (value) => beginningCost(folded(value)));
    }
    case 'uri':
      if (criterion.match === 'above') return sum(criterion.values, urlAncestorCount);
      return criterion.match === 'below'
        ? sum(criterion.values, (value) => beginningCost(value.length))
        : criterion.values.length;
    default:
      return criterion.values.length;
  }
}

/** What Elasticsearch prepares for a beginning grows with its characters. */
function beginningCost(length: number): number {
  return Math.max(1, Math.ceil(length / BEGINNING_CHARS_PER_VALUE));
}

/** Of what is compared: one character can fold to eighteen. */
function lengthOf({ spaced, solid }: Folded): number {
  return Math.max(spaced.length, solid.length);
}

function sum(values: readonly string[], costOf: (value: string) => number): number {
  return values.reduce((total, value) => total + costOf(value), 0);
}

function unknown(name: string): Issue {
  return problem(
    'not-supported',
    `There is no search parameter ${printable(name)}; see GET /SearchParameter.`,
  );
}

function refuse(code: Issue['code'], diagnostics: string): ParsedCriterion {
  return { issue: problem(code, diagnostics) };
}

function problem(code: Issue['code'], diagnostics: string): Issue {
  return issue({ severity: 'error', code, diagnostics });
}
