/**
 * What is asked of the list of quarantine: from the parameters of a request to a search, or to all that is wrong with
 * them. As in a search for events a repeated parameter is an AND, a comma an OR, and what is not understood is refused.
 */
import {
  approximately,
  type DateValue,
  type Issue,
  type IssueType,
  isEventId,
  issue,
  type Parsed,
  parseDate,
  printable,
  QUARANTINE_ORIGINS,
  QUARANTINE_REASONS,
  SEARCH_VALUES_MAX,
  splitEscaped,
  unescaped,
} from '@auditbox/fhir-core';

export const QUARANTINE_STATES = ['held', 'released'] as const;
export type QuarantineState = (typeof QUARANTINE_STATES)[number];

/** The values of one criterion are alternatives. */
export type QuarantineCriterion =
  | { readonly type: 'received'; readonly values: readonly DateValue[] }
  | { readonly type: 'sender' | 'reason' | 'origin'; readonly values: readonly string[] }
  | { readonly type: 'state'; readonly values: readonly QuarantineState[] };

/** The last item of a page: the next one begins after it. */
export type QuarantineCursor = { readonly receivedMs: number; readonly id: string };

export type QuarantineSearch = {
  /** All must hold. */
  readonly criteria: readonly QuarantineCriterion[];
  /** Items a page; zero asks for the total alone. */
  readonly count: number;
  readonly after?: QuarantineCursor;
  /** The criteria as they were written, for the link to the next page. */
  readonly applied: readonly [name: string, value: string][];
};

export type ParsedQuarantineSearch =
  | { readonly search: QuarantineSearch }
  | { readonly issues: readonly Issue[] };

const COUNT_DEFAULT = 50;
/** Items a page at most; a larger `_count` gets this many. */
export const QUARANTINE_COUNT_MAX = 200;
const PARAMETERS_MAX = 100;
/** UTF-16 code units of one value: what is kept of a sender. */
const VALUE_CHARS_MAX = 1024;
/** A number of milliseconds and an id, in base64url. */
const CURSOR_CHARS_MAX = 80;

const CRITERIA = ['received', 'sender', 'reason', 'origin', 'state'] as const;

/** Parses the decoded `parameters` in their order. `now` is in milliseconds since 1970, for the prefix `ap`. */
export function parseQuarantineSearch(
  parameters: readonly (readonly [string, string])[],
  now: number,
): ParsedQuarantineSearch {
  const criteria: QuarantineCriterion[] = [];
  const applied: [string, string][] = [];
  const issues: Issue[] = [];
  const paging: { _count?: string; after?: string } = {};
  let valuesSeen = 0;
  const refuse = (diagnostics: string, code: IssueType = 'value'): void => {
    issues.push(issue({ code, diagnostics }));
  };

  if (parameters.length > PARAMETERS_MAX) {
    return { issues: [issue({ code: 'too-costly', diagnostics: `At most ${PARAMETERS_MAX} parameters.` })] };
  }
  for (const [name, text] of parameters) {
    if (name === '_format' || name === '_pretty') continue; // how to answer, not what to find
    if (name === '_count' || name === 'after') {
      if (paging[name] !== undefined) refuse(`${name} is given more than once.`);
      paging[name] = text;
      continue;
    }
    const type = CRITERIA.find((criterion) => criterion === name);
    if (type === undefined) {
      refuse(
        `There is no parameter ${printable(name)}; there are ${CRITERIA.join(', ')}, _count and after.`,
        'not-supported',
      );
      continue;
    }
    const texts = splitEscaped(text, ',');
    valuesSeen += texts.length;
    if (valuesSeen > SEARCH_VALUES_MAX) {
      return { issues: [issue({ code: 'too-costly', diagnostics: `At most ${SEARCH_VALUES_MAX} values.` })] };
    }
    const parsed = parseCriterion(type, texts.map(unescaped), now);
    if ('problem' in parsed) refuse(`${type}: ${parsed.problem}.`, parsed.tooLong ? 'too-long' : 'value');
    else {
      criteria.push(parsed.value);
      applied.push([type, text]);
    }
  }

  const { _count = String(COUNT_DEFAULT) } = paging;
  if (!/^\d+$/.test(_count)) refuse('_count is a whole number.');
  const after = paging.after === undefined ? undefined : readCursor(paging.after);
  if (paging.after !== undefined && after === undefined) {
    refuse('after is what the link to the next page has.');
  }
  if (issues.length > 0) return { issues };
  const count = Math.min(Number(_count), QUARANTINE_COUNT_MAX);
  return { search: { criteria, count, applied, ...(after !== undefined && { after }) } };
}

/** A cursor as it stands in a link; opaque to clients. */
export function cursorText({ receivedMs, id }: QuarantineCursor): string {
  return Buffer.from(`${receivedMs} ${id}`).toString('base64url');
}

function readCursor(text: string): QuarantineCursor | undefined {
  if (text.length > CURSOR_CHARS_MAX) return undefined;
  const match = /^(-?\d{1,15}) (.*)$/.exec(Buffer.from(text, 'base64url').toString('latin1'));
  if (match === null) return undefined;
  const [, receivedMs, id = ''] = match;
  const cursor = { receivedMs: Number(receivedMs), id };
  // Only what was given out: base64 has more than one spelling.
  return isEventId(id) && cursorText(cursor) === text ? cursor : undefined;
}

function parseCriterion(
  type: QuarantineCriterion['type'],
  texts: readonly string[],
  now: number,
): Parsed<QuarantineCriterion> {
  if (texts.some((text) => text === '')) return { problem: 'a value is empty' };
  if (texts.some((text) => text.length > VALUE_CHARS_MAX)) {
    return { problem: `a value has at most ${VALUE_CHARS_MAX} characters`, tooLong: true };
  }
  switch (type) {
    case 'received': {
      const values: DateValue[] = [];
      for (const text of texts) {
        const parsed = parseDate(text);
        if ('problem' in parsed) return parsed;
        const { value } = parsed;
        values.push(value.prefix === 'ap' ? { ...value, range: approximately(value.range, now) } : value);
      }
      return { value: { type, values } };
    }
    case 'sender':
      return { value: { type, values: texts } };
    case 'reason':
      return parseWords(texts, QUARANTINE_REASONS, (values) => ({ type, values }));
    case 'origin':
      return parseWords(texts, QUARANTINE_ORIGINS, (values) => ({ type, values }));
    case 'state':
      return parseWords(texts, QUARANTINE_STATES, (values) => ({ type, values }));
  }
}

function parseWords<Word extends string>(
  texts: readonly string[],
  words: readonly Word[],
  criterion: (values: Word[]) => QuarantineCriterion,
): Parsed<QuarantineCriterion> {
  const values = words.filter((word) => texts.includes(word));
  const known: readonly string[] = words;
  return texts.every((text) => known.includes(text))
    ? { value: criterion(values) }
    : { problem: `a value is one of ${words.join(', ')}` };
}
