/**
 * R4's parameters that say how to answer, not what to find: `_pretty` (http.html#pretty), `_elements` and `_summary`
 * (search.html#elements, #summary). A value that can't be read is refused, also where the client is lenient.
 */
import { type Issue, issue } from '../outcome/operation-outcome.ts';
import { BASE_ELEMENTS, type BaseElement, type Subset } from '../record/subset.ts';

/** How an event is written. */
export type Presentation = {
  /** On lines of its own, for people. */
  readonly pretty: boolean;
  /** Undefined: all of it. */
  readonly subset: Subset | undefined;
  /** `_summary=count`: no event at all. */
  readonly countOnly: boolean;
  /** `_format` was given: whatever links say is asked for in the same format, which is JSON. */
  readonly formatted?: true;
};

const NAMES: readonly string[] = ['_pretty', '_elements', '_summary'];

/** What `_summary` may be of a read; a search can also be counted. */
const SUMMARIES: readonly string[] = ['true', 'text', 'data', 'false'];

export function isResultParameter(name: string): boolean {
  return NAMES.includes(name);
}

/**
 * Parses those of the decoded `parameters` that are result parameters, or says all that is wrong with them. A count
 * can be asked of a search alone.
 */
export function parseResultParameters(
  parameters: Iterable<readonly [string, string]>,
  of: 'search' | 'read',
): { readonly presentation: Presentation } | { readonly issues: readonly Issue[] } {
  const all = [...parameters];
  const given = new Map<string, string>();
  const issues: Issue[] = [];
  const refuse = (diagnostics: string) => void issues.push(issue({ code: 'value', diagnostics }));

  for (const [name, value] of all) {
    if (!isResultParameter(name)) continue;
    if (value === '' && name !== '_pretty') continue; // R4: a parameter without a value does not count
    if (given.has(name)) refuse(`${name} is given more than once.`);
    given.set(name, value);
  }
  const pretty = given.get('_pretty');
  if (pretty !== undefined && pretty !== '' && pretty !== 'true' && pretty !== 'false')
    refuse('_pretty is true or false.');
  const summary = given.get('_summary');
  const summaries = of === 'search' ? [...SUMMARIES, 'count'] : SUMMARIES;
  if (summary !== undefined && !summaries.includes(summary)) {
    refuse(`_summary is one of ${summaries.join(', ')}.`);
  }
  const names = given
    .get('_elements')
    ?.split(',')
    .filter((name) => name !== '');
  if (names?.every(isBaseElement) === false) {
    refuse(`_elements lists elements of AuditEvent, separated by commas: ${BASE_ELEMENTS.join(', ')}.`);
  }
  if (names !== undefined && summary !== undefined && summary !== 'false')
    refuse('_elements and _summary exclude each other.');
  if (issues.length > 0) return { issues };

  const elements = names && [...new Set(names.filter(isBaseElement))];
  const subset =
    summary === 'true' || summary === 'text' || summary === 'data' ? summary : elements && { elements };
  return {
    presentation: {
      // `?_pretty` alone is a wish as well.
      pretty: pretty === 'true' || pretty === '',
      subset,
      countOnly: summary === 'count',
      ...(all.some(([name, value]) => name === '_format' && value !== '') && { formatted: true }),
    },
  };
}

function isBaseElement(name: string): name is BaseElement {
  return (BASE_ELEMENTS as readonly string[]).includes(name);
}
