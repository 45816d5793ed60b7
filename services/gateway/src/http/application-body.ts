/**
 * The body of a request of an application: one event, an array of them, or a line each (NDJSON). What is wrong with one of
 * several is that one's alone.
 */
import { type ParsedJson, parseJson } from '@auditbox/fhir-core';
import type { SubmittedItem } from '../domain/application-events.ts';

export type BodyForm = 'json' | 'lines';

/** One event is answered by itself, several one by one, also where an array has but one. */
export type Submitted =
  | { readonly kind: 'one'; readonly item: SubmittedItem }
  | { readonly kind: 'several'; readonly items: readonly SubmittedItem[] }
  | { readonly kind: 'refused'; readonly status: 400 | 413; readonly message: string };

/** An event is flat: what nests is none, and is refused for its field. What nests deeper than this is not looked at. */
const LEVELS_MAX = 64;

const JSON_TYPES: readonly string[] = ['application/json', 'text/json'];
const LINES_TYPES: readonly string[] = ['application/x-ndjson', 'application/ndjson', 'application/jsonl'];
const LINE_FEED = 0x0a;

/** Of a Content-Type in UTF-8; undefined for any other. */
export function bodyFormOf(contentType: string | null): BodyForm | undefined {
  const [type = '', ...parameters] = (contentType ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim())
    .filter((part, at) => at === 0 || part !== '');
  if (parameters.some((parameter) => !/^charset="?utf-?8"?$/.test(parameter))) return undefined;
  if (JSON_TYPES.includes(type)) return 'json';
  return LINES_TYPES.includes(type) ? 'lines' : undefined;
}

export function submittedOf(bytes: Buffer, form: BodyForm, itemsMax: number): Submitted {
  return form === 'lines' ? linesOf(bytes, itemsMax) : jsonOf(bytes, itemsMax);
}

function jsonOf(bytes: Buffer, itemsMax: number): Submitted {
  const parsed = parseJson(bytes, { levelsMax: LEVELS_MAX });
  if (parsed.kind === 'refused' || !Array.isArray(parsed.value)) return { kind: 'one', item: itemOf(parsed) };
  const { problems } = parsed;
  const value = parsed.exact as readonly unknown[];
  if (value.length > itemsMax) return tooMany(itemsMax);
  const wrong = new Map(problems.map(({ path: [index], issue }) => [index, issue.diagnostics ?? '']));
  const items = value.map((each, index): SubmittedItem => {
    const message = wrong.get(index) ?? wrong.get(undefined);
    return message === undefined ? { kind: 'parsed', value: each } : { kind: 'unreadable', message };
  });
  return several(items);
}

function linesOf(bytes: Buffer, itemsMax: number): Submitted {
  const items: SubmittedItem[] = [];
  for (let begin = 0; begin < bytes.length; ) {
    const feed = bytes.indexOf(LINE_FEED, begin);
    const end = feed < 0 ? bytes.length : feed;
    const line = bytes.subarray(begin, end);
    begin = end + 1;
    if (isBlank(line)) continue;
    if (items.length === itemsMax) return tooMany(itemsMax);
    items.push(itemOf(parseJson(line, { levelsMax: LEVELS_MAX })));
  }
  return several(items);
}

function several(items: readonly SubmittedItem[]): Submitted {
  if (items.length > 0) return { kind: 'several', items };
  return { kind: 'refused', status: 400, message: 'There is no event in the body.' };
}

function itemOf(parsed: ParsedJson): SubmittedItem {
  const [problem] = parsed.kind === 'refused' ? parsed.issues : parsed.problems.map(({ issue }) => issue);
  if (problem !== undefined) return { kind: 'unreadable', message: problem.diagnostics ?? '' };
  return { kind: 'parsed', value: (parsed as Extract<ParsedJson, { kind: 'parsed' }>).exact };
}

function isBlank(line: Buffer): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

function tooMany(itemsMax: number): Submitted {
  return { kind: 'refused', status: 413, message: `A request has at most ${itemsMax} events.` };
}
