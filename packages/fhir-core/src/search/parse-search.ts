/**
 * The query grammar: from the parameters of a request to a `Search`, or to all that is wrong with them.
 *
 * What is not understood is refused, because a filter that is silently ignored would make an audit search say
 * more than was asked. A client that prefers otherwise says so (`Prefer: handling=lenient`), and is told.
 */
import { type Issue, issue } from '../outcome/operation-outcome.ts';
import type { Criterion, Search } from './criteria.ts';
import { splitEscaped, unescaped } from './escaped.ts';
import {
  type ReferenceParameter,
  type SearchParameterCode,
  searchParameter,
  searchParameterCode,
} from './parameters.ts';
import { type Parsed, parseDate, parseReference, parseToken } from './parse-value.ts';
import { foldString } from './project.ts';
import { isResultParameter, parseResultParameters } from './result-parameters.ts';
import { TERM_CHARS_MAX } from './term.ts';

/** Parameters in one search; each becomes a clause. */
export const SEARCH_PARAMETERS_MAX = 100;
/** Alternatives (comma separated) in one search altogether; Elasticsearch itself stops at some thousands of clauses. */
export const SEARCH_VALUES_MAX = 1000;
/** UTF-16 code units of one value: what is compared of a beginning (`prefixTerm`). */
export const SEARCH_VALUE_CHARS_MAX = TERM_CHARS_MAX;
/**
 * UTF-16 code units of a string to search for, once it is folded: Elasticsearch refuses a longer prefix query
 * (index.max_regex_length, which bounds prefixes too).
 */
export const SEARCH_STRING_CHARS_MAX = 1000;
/** Entries a page where the client does not say. */
export const COUNT_DEFAULT = 100;
/** Entries a page at most; a larger `_count` gets this many, as R4 allows (search.html#count). */
export const COUNT_MAX = 1000;
/** `_offset` and `_count` together: how deep Elasticsearch pages by position (index.max_result_window). */
export const RESULT_WINDOW_MAX = 10_000;

export type ParseSearchOptions = {
  /** Milliseconds since 1970, for the prefix `ap`. */
  readonly now: number;
  /** Whether unknown parameters are ignored (and named) instead of refused. */
  readonly lenient: boolean;
};

export type ParsedSearch = { readonly search: Search } | { readonly issues: readonly Issue[] };

/** Parses the decoded `parameters` of a search in their order. */
export function parseSearch(
  parameters: Iterable<readonly [string, string]>,
  { now, lenient }: ParseSearchOptions,
): ParsedSearch {
  const criteria: Criterion[] = [];
  const applied: [string, string][] = [];
  const ignored: string[] = [];
  const issues: Issue[] = [];
  const resultParameters: (readonly [string, string])[] = [];
  const paging: { _count?: number; _offset?: number } = {};
  let parametersSeen = 0;
  let valuesSeen = 0;

  for (const parameter of parameters) {
    const [name, value] = parameter;
    if (++parametersSeen > SEARCH_PARAMETERS_MAX) {
      return { issues: [problem('too-costly', `A search has at most ${SEARCH_PARAMETERS_MAX} parameters.`)] };
    }
    if (name === '_format') continue; // read before it comes to this
    if (isResultParameter(name)) {
      resultParameters.push(parameter);
      continue;
    }
    if (name === '_count' || name === '_offset') {
      if (paging[name] !== undefined) issues.push(problem('value', `${name} is given more than once.`));
      else if (!/^\d+$/.test(value)) issues.push(problem('value', `${name} is a whole number.`));
      paging[name] = Number(value);
      continue;
    }
    valuesSeen += splitEscaped(value, ',').length;
    if (valuesSeen > SEARCH_VALUES_MAX) {
      return { issues: [problem('too-costly', `A search has at most ${SEARCH_VALUES_MAX} values.`)] };
    }
    const parsed = parseCriterion(name, value, now);
    if ('criterion' in parsed) {
      criteria.push(parsed.criterion);
      applied.push([name, value]);
    } else if (parsed.unknown && lenient) ignored.push(printable(name));
    else issues.push(parsed.issue);
  }

  const result = parseResultParameters(resultParameters, 'search');
  if ('issues' in result) return { issues: [...issues, ...result.issues] };
  const count = result.countOnly ? 0 : Math.min(paging._count ?? COUNT_DEFAULT, COUNT_MAX);
  const offset = paging._offset ?? 0;
  if (offset + count > RESULT_WINDOW_MAX) {
    const advice = 'Narrow the search, for example by date.';
    issues.push(
      problem('too-costly', `_offset and _count reach at most ${RESULT_WINDOW_MAX} together. ${advice}`),
    );
  }
  if (issues.length > 0) return { issues };
  applied.push(...result.applied);
  return { search: { criteria, count, offset, presentation: result.presentation, applied, ignored } };
}

type ParsedCriterion =
  | { readonly criterion: Criterion }
  | { readonly issue: Issue; readonly unknown: boolean };

function parseCriterion(name: string, text: string, now: number): ParsedCriterion {
  const colon = name.indexOf(':');
  const [base, modifier] = colon < 0 ? [name, undefined] : [name.slice(0, colon), name.slice(colon + 1)];
  const code = searchParameterCode(base);
  if (code === undefined) {
    return refuse(
      'not-supported',
      `There is no search parameter ${printable(base)}; see GET /SearchParameter.`,
      true,
    );
  }
  // R4 (search.html#errors) would ignore it, which widens the search without a word: see docs/decisions/0004.
  if (text === '') return refuse('value', `${code} has no value.`);
  if (modifier === 'missing') {
    if (text !== 'true' && text !== 'false') return refuse('value', `${code}:missing is true or false.`);
    return { criterion: { code, type: 'missing', missing: text === 'true' } };
  }
  const values = splitEscaped(text, ',');
  if (values.some((value) => value === '')) return refuse('value', `${code} has an empty alternative.`);
  if (values.some((value) => value.length > SEARCH_VALUE_CHARS_MAX)) {
    return refuse('too-long', `A value of ${code} has at most ${SEARCH_VALUE_CHARS_MAX} characters.`);
  }
  return parseValues(code, modifier, values, now);
}

function parseValues(
  code: SearchParameterCode,
  modifier: string | undefined,
  texts: readonly string[],
  now: number,
): ParsedCriterion {
  const parameter = searchParameter(code);
  const unsupported = (): ParsedCriterion =>
    refuse('not-supported', `${code} does not support the modifier ${printable(`:${modifier}`)}.`);

  if (parameter.type === 'reference') {
    const type = modifier !== undefined && isTarget(modifier, parameter) ? modifier : undefined;
    if (modifier !== undefined && type === undefined) return unsupported();
    return collect(
      code,
      texts,
      (text) => parseReference(text, parameter, type),
      (values) => ({
        code,
        type: 'reference',
        values,
      }),
    );
  }
  if (parameter.type === 'token') {
    if (modifier !== undefined && modifier !== 'not') return unsupported();
    return collect(code, texts, parseToken, (values) => ({
      code,
      type: 'token',
      not: modifier === 'not',
      values,
    }));
  }
  if (modifier !== undefined) return unsupported();
  switch (parameter.type) {
    case 'date':
      return collect(
        code,
        texts,
        (text) => parseDate(text, now),
        (values) => ({ code, type: 'date', values }),
      );
    case 'string': {
      const parse = (text: string): Parsed<string> => {
        const folded = foldString(parameter, unescaped(text));
        if (folded === '') return { problem: 'a string has at least one letter or digit' };
        if (folded.length > SEARCH_STRING_CHARS_MAX) {
          const problem = `a string has at most ${SEARCH_STRING_CHARS_MAX} characters, case and accents aside`;
          return { problem, tooLong: true };
        }
        return { value: folded };
      };
      return collect(code, texts, parse, (values) => ({ code, type: 'string', values }));
    }
    case 'id':
    case 'uri':
      return { criterion: { code, type: parameter.type, values: texts.map(unescaped) } };
  }
}

/** Parses every alternative; the first that can't be read refuses the parameter. */
function collect<Value>(
  code: SearchParameterCode,
  texts: readonly string[],
  parse: (text: string) => Parsed<Value>,
  criterion: (values: Value[]) => Criterion,
): ParsedCriterion {
  const values: Value[] = [];
  for (const text of texts) {
    const parsed = parse(text);
    if ('problem' in parsed)
      return refuse(parsed.tooLong === true ? 'too-long' : 'value', `${code}: ${parsed.problem}.`);
    values.push(parsed.value);
  }
  return { criterion: criterion(values) };
}

/** `:Type` takes any name that looks like a resource type (`Client` is one), unless the parameter has only one. */
function isTarget(modifier: string, { onlyType }: ReferenceParameter): boolean {
  return onlyType === undefined ? /^[A-Z][A-Za-z]{0,63}$/.test(modifier) : modifier === onlyType;
}

function refuse(code: Issue['code'], diagnostics: string, unknown = false): ParsedCriterion {
  return { issue: problem(code, diagnostics), unknown };
}

function problem(code: Issue['code'], diagnostics: string): Issue {
  return issue({ severity: 'error', code, diagnostics });
}

/** A name as it may be repeated to the client: what looks like one, and no more. */
export function printable(name: string): string {
  return /^[A-Za-z_:][\w.:-]{0,63}$/.test(name) ? `"${name}"` : '"…"';
}
