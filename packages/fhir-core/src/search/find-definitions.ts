/**
 * The search for SearchParameters, whole: parameters in, a searchset Bundle out, or all that is wrong. There are a few
 * dozen of them, so they are looked through one by one. What is unknown or has no value does not count and is named,
 * as in a search for events (`parse-search.ts`).
 */
import { type Issue, issue, operationOutcome } from '../outcome/operation-outcome.ts';
import type { Ignored, TokenValue } from './criteria.ts';
import {
  DEFINITION_PARAMETERS,
  type DefinitionParameter,
  isDefinitionParameter,
} from './definition-parameters.ts';
import { splitEscaped, unescaped } from './escaped.ts';
import { foldCode, foldText } from './fold.ts';
import { type PageParameters, parsePageParameters } from './page-parameters.ts';
import { SEARCH_PARAMETERS_MAX, SEARCH_VALUES_MAX } from './parse-search.ts';
import { parseToken } from './parse-value.ts';
import { printable } from './printable.ts';
import { type Presentation, parseResultParameters } from './result-parameters.ts';
import type { SearchParameterResource } from './search-parameter-resource.ts';

/** What of R4's parameters about the answer means something here: there is one order, and resources come whole. */
const PAGE: readonly string[] = ['_count', '_offset', '_total'];
const PRESENTATION: readonly string[] = ['_summary', '_pretty'];

export type FindOptions = {
  /** No slash at its end. */
  readonly baseUrl: string;
  /** Whether unknown parameters are refused (`Prefer: handling=strict`) instead of ignored and named. */
  readonly strict: boolean;
};

export type FoundDefinitions =
  | { readonly bundle: object; readonly pretty: boolean }
  | { readonly issues: readonly Issue[] };

type Parameter = readonly [name: string, value: string];
type Test = (resource: SearchParameterResource) => boolean;

type Wanted = Pick<PageParameters, 'count' | 'offset'> & {
  readonly tests: readonly Test[];
  /** What counts, without the place of the page. */
  readonly applied: readonly Parameter[];
  readonly ignored: readonly Ignored[];
  readonly presentation: Presentation;
};

/** Those of `resources` that the decoded `parameters` ask for. */
export function findDefinitions(
  resources: readonly SearchParameterResource[],
  parameters: Iterable<Parameter>,
  { baseUrl, strict }: FindOptions,
): FoundDefinitions {
  const wanted = parse([...parameters], strict);
  if ('issues' in wanted) return wanted;
  const found = resources.filter((resource) => wanted.tests.every((test) => test(resource)));
  return { bundle: searchset(wanted, found, baseUrl), pretty: wanted.presentation.pretty };
}

function parse(all: readonly Parameter[], strict: boolean): Wanted | { readonly issues: readonly Issue[] } {
  const values = all.reduce((sum, [, value]) => sum + splitEscaped(value, ',').length, 0);
  if (all.length > SEARCH_PARAMETERS_MAX || values > SEARCH_VALUES_MAX) {
    const diagnostics = `A search has at most ${SEARCH_PARAMETERS_MAX} parameters and ${SEARCH_VALUES_MAX} values.`;
    return { issues: [issue({ code: 'too-costly', diagnostics })] };
  }
  const tests: Test[] = [];
  const applied: Parameter[] = [];
  const ignored: Ignored[] = [];
  const issues: Issue[] = [];
  for (const parameter of all) {
    const [name, value] = parameter;
    if (name === '_format' || name === '_offset') continue;
    if (PAGE.includes(name) || PRESENTATION.includes(name)) {
      if (value !== '') applied.push(parameter);
      continue;
    }
    const parsed = testOf(parameter);
    if (typeof parsed === 'function') {
      tests.push(parsed);
      applied.push(parameter);
    } else if ('issue' in parsed) issues.push(parsed.issue);
    else if (parsed.ignored === 'unknown' && strict) issues.push(unknown(name));
    else ignored.push({ name: printable(name), why: parsed.ignored });
  }
  const page = parsePageParameters(all.filter(([name]) => PAGE.includes(name)));
  if ('issues' in page) issues.push(...page.issues);
  const result = parseResultParameters(
    all.filter(([name]) => PRESENTATION.includes(name)),
    'search',
  );
  if ('issues' in result) issues.push(...result.issues);
  if (issues.length > 0 || 'issues' in page || 'issues' in result) return { issues };
  const { presentation } = result;
  const count = presentation.countOnly ? 0 : page.count;
  return { tests, applied, ignored, presentation, count, offset: page.offset };
}

type Refused = { readonly issue: Issue } | { readonly ignored: Ignored['why'] };

/** What a resource has to be for one parameter. */
function testOf([name, text]: Parameter): Test | Refused {
  const code = /^[^:.]*/.exec(name)?.[0] ?? '';
  if (!isDefinitionParameter(code)) return { ignored: 'unknown' };
  const parameter = DEFINITION_PARAMETERS[code];
  const isMissing = name === `${code}:missing`;
  if (name !== code && !isMissing) {
    return refuse('not-supported', `${code} has no modifier but :missing.`);
  }
  const values = splitEscaped(text, ',').filter((value) => value !== '');
  if (values.length === 0) return { ignored: 'empty' };
  if (isMissing) {
    if (text !== 'true' && text !== 'false') return refuse('value', `${code}:missing is true or false.`);
    return (resource) => (parameter.values(resource).length === 0) === (text === 'true');
  }
  const tests: ((value: string) => boolean)[] = [];
  for (const value of values) {
    const test = comparison(parameter, value);
    if (typeof test !== 'function') return refuse('value', `${code}: ${test.problem}.`);
    tests.push(test);
  }
  return (resource) => parameter.values(resource).some((value) => tests.some((test) => test(value)));
}

/** How a value is compared with the one that is asked for. */
function comparison(
  { type, system }: DefinitionParameter,
  text: string,
): ((value: string) => boolean) | { readonly problem: string } {
  switch (type) {
    case 'id':
    case 'uri': {
      const wanted = unescaped(text);
      return (value) => value === wanted;
    }
    case 'string': {
      const wanted = foldText(unescaped(text));
      if (wanted.solid === '') return { problem: 'a string has at least one letter or digit' };
      return (value) => {
        const { spaced, solid } = foldText(value);
        return spaced.startsWith(wanted.spaced) || solid.startsWith(wanted.solid);
      };
    }
    case 'token': {
      const parsed = parseToken(text);
      return 'value' in parsed ? (value) => isToken(parsed.value, value, system) : parsed;
    }
  }
}

function isToken(wanted: TokenValue, code: string, system: string | undefined): boolean {
  if (wanted.match !== 'code' && wanted.system !== system) return false;
  return wanted.match === 'system' || foldCode(wanted.code) === foldCode(code);
}

function searchset(wanted: Wanted, found: readonly SearchParameterResource[], baseUrl: string): object {
  const { count, offset, ignored } = wanted;
  const entry: object[] = found.slice(offset, offset + count).map((resource) => ({
    fullUrl: `${baseUrl}/SearchParameter/${resource.id}`,
    resource,
    search: { mode: 'match' },
  }));
  if (ignored.length > 0) {
    entry.push({ resource: operationOutcome(ignored.map(warning)), search: { mode: 'outcome' } });
  }
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    total: found.length,
    link: links(wanted, found.length, `${baseUrl}/SearchParameter`),
    // R4 JSON has no empty arrays.
    ...(entry.length > 0 && { entry }),
  };
}

function links({ applied, count, offset }: Wanted, total: number, url: string): object[] {
  const page = (relation: string, at: number) => {
    const query = new URLSearchParams();
    for (const [name, value] of applied) query.append(name, value);
    if (at > 0) query.append('_offset', String(at));
    return { relation, url: query.size === 0 ? url : `${url}?${query}` };
  };
  const self = page('self', offset);
  if (count === 0) return [self];
  return [
    self,
    page('first', 0),
    ...(offset > 0 ? [page('previous', Math.max(0, Math.min(offset, total) - count))] : []),
    ...(offset + count < total ? [page('next', offset + count)] : []),
  ];
}

function warning({ name, why }: Ignored): Issue {
  const reason = why === 'empty' ? 'has no value' : 'is unknown';
  const diagnostics = `The parameter ${name} ${reason} and was ignored.`;
  return issue({ severity: 'warning', code: 'not-supported', diagnostics });
}

function unknown(name: string): Issue {
  return issue({
    code: 'not-supported',
    diagnostics: `SearchParameter has no search parameter ${printable(name)}.`,
  });
}

function refuse(code: Issue['code'], diagnostics: string): Refused {
  return { issue: issue({ code, diagnostics }) };
}
