/**
 * What is asked of the list of application events: from the parameters of a request to a search of FHIR, as data, or to all
 * that is wrong with them. Each parameter is taken once and compared whole; what is not understood is refused, because the
 * answer would say more than was asked.
 */
import {
  ACTION_SYSTEM,
  ACTOR_SYSTEM,
  APPLICATION_EVENT_PROFILE,
  COUNT_DEFAULT,
  COUNT_MAX,
  type Criterion,
  type Issue,
  type IssueType,
  issue,
  ORGANISATION_SYSTEM,
  parseDate,
  RESULT_OUTCOMES,
  repeatableName,
  type Search,
  type SentEvent,
  type TokenValue,
  unmetExpectation,
} from '@auditbox/fhir-core';

/** What an event has to be, to the letter: FHIR compares codes without case. */
export type WantedFields = Partial<Pick<SentEvent, FieldName>>;

export type EventList = { readonly search: Search; readonly wanted: WantedFields };
export type ParsedEventList = EventList | { readonly issues: readonly Issue[] };

/** Eight that there are, and what may be wrong: each is an issue. */
const PARAMETERS_MAX = 50;
/** Characters of a cursor: two numbers, a moment, a horizon, an id and a check, in base64url. */
const CURSOR_CHARS_MAX = 1024;

type FieldName = keyof typeof FIELD_CRITERIA;

/** By the field of an event that is compared with the value. */
const FIELD_CRITERIA = {
  org_id: (value) => identified('source', ORGANISATION_SYSTEM, value),
  actor_id: (value) => identified('agent', ACTOR_SYSTEM, value),
  action: (value) => ({
    ...{ code: 'subtype', type: 'token', not: false },
    values: [{ match: 'token', system: ACTION_SYSTEM, code: value }],
  }),
  action_result: (value) => ({
    ...{ code: 'outcome', type: 'token', not: false },
    values: RESULT_OUTCOMES[value].map((code): TokenValue => ({ match: 'code', code })),
  }),
} as const satisfies {
  readonly [Name in 'org_id' | 'actor_id' | 'action' | 'action_result']: (
    value: SentEvent[Name],
  ) => Criterion;
};

/** From the one on, up to before the other. */
const TIME_PREFIXES = { from: 'ge', to: 'lt' } as const;

const NAMES = [...Object.keys(FIELD_CRITERIA), ...Object.keys(TIME_PREFIXES), 'limit', 'cursor'];

const OF_PROFILE: Criterion = {
  ...{ code: '_profile', type: 'uri', match: 'equal' },
  values: [APPLICATION_EVENT_PROFILE],
};

/** Parses the decoded `parameters`. */
export function parseEventList(parameters: readonly (readonly [string, string])[]): ParsedEventList {
  if (parameters.length > PARAMETERS_MAX)
    return { issues: [issue({ code: 'too-costly', diagnostics: `At most ${PARAMETERS_MAX} parameters.` })] };
  const criteria: Criterion[] = [OF_PROFILE];
  const wanted: Record<string, string> = {};
  const issues: Issue[] = [];
  const given = new Map<string, string>();
  const refuse = (name: string, problem: string, code: IssueType = 'value'): void => {
    issues.push(issue({ code, diagnostics: `${name} ${problem}.`, expression: name }));
  };

  for (const [name, value] of parameters) {
    if (!NAMES.includes(name))
      refuse(repeatableName(name), `is not one of ${NAMES.join(', ')}`, 'not-supported');
    else if (given.has(name)) refuse(name, 'is given more than once');
    else given.set(name, value);
  }
  for (const [name, value] of given) {
    if (isField(name)) {
      const expected = unmetExpectation(name, value);
      if (expected === undefined) {
        criteria.push((FIELD_CRITERIA[name] as (value: string) => Criterion)(value));
        wanted[name] = value;
      } else refuse(name, `must be ${expected}`);
    } else if (isTime(name)) {
      // A plus sign that was not percent-encoded arrives as a space; before a zone it can mean nothing else.
      const instant = value.replace(/ (?=\d\d:\d\d$)/, '+');
      const expected = unmetExpectation('occurred_at', instant);
      const date = parseDate(`${TIME_PREFIXES[name]}${instant}`);
      if (expected !== undefined) refuse(name, `must be ${expected}`);
      else if ('value' in date) criteria.push({ code: 'date', type: 'date', values: [date.value] });
    }
  }
  const limit = given.get('limit') ?? String(COUNT_DEFAULT);
  const count = /^\d{1,4}$/.test(limit) ? Number(limit) : 0;
  if (count < 1 || count > COUNT_MAX) refuse('limit', `must be a whole number from 1 to ${COUNT_MAX}`);
  const cursor = given.get('cursor');
  if (cursor !== undefined && (cursor === '' || cursor.length > CURSOR_CHARS_MAX))
    refuse('cursor', 'must be the next_cursor of a page of this list');

  return issues.length > 0 ? { issues } : { search: searchOf(criteria, count, cursor), wanted };
}

/** Newest first, which is the order of the index, and uncounted: a page costs what it has, and what is recent. */
function searchOf(criteria: readonly Criterion[], count: number, cursor: string | undefined): Search {
  return {
    ...{ criteria, sort: [], count, offset: 0, total: 'none', ignored: [] },
    presentation: { pretty: false, subset: undefined, countOnly: false },
    ...(cursor !== undefined && { cursor }),
  };
}

function identified(code: 'source' | 'agent', system: string, value: string): Criterion {
  return { code, type: 'identifier', values: [{ match: 'token', system, code: value }] };
}

function isField(name: string): name is FieldName {
  return name in FIELD_CRITERIA;
}

function isTime(name: string): name is keyof typeof TIME_PREFIXES {
  return name in TIME_PREFIXES;
}
