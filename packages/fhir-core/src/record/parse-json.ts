/**
 * From the bytes of a body to what they say, checked where JSON itself leaves it open and kept as it was written.
 *
 * RFC 8259 lets a parser decide about byte-order marks, keys that stand twice, half surrogate pairs and depth, and two
 * parsers that decide differently read two events in one text. Here each has one outcome. Nothing that is said of a
 * text repeats it, neither its values nor keys that FHIR does not know.
 */
import { type Issue, issue } from '../outcome/operation-outcome.ts';
import { ISSUES_MAX } from '../validate/bound.ts';
import { childPlace, itemPlace, type Place, rootPlace } from '../validate/place.ts';
import { isElementName } from './element-names.ts';
import { type EventSource, EventSources, isPlainlyEscaped } from './event-source.ts';
import { withNumbersAsWritten } from './exact-json.ts';
import { inspectJson, type JsonFinding, type JsonPath, OBJECT_KEYS_MAX } from './inspect-json.ts';
import { nestsDeeper } from './json-text.ts';

/**
 * Problems of one text. One entry of a Bundle lists ISSUES_MAX and no more, so that it hides no other entry's; where
 * they still are more than this, the last is one of the whole text.
 */
export const JSON_PROBLEMS_MAX = 10_000;

/** `path` leads to the problem, or as near to it as names of FHIR lead. Empty: the whole text. */
export type JsonProblem = { readonly path: JsonPath; readonly issue: Issue };

export type ParsedJson =
  | {
      readonly kind: 'parsed';
      /** Without the byte-order mark. */
      readonly text: string;
      /** Plainly parsed: where a key stands twice, the last one counts. */
      readonly value: unknown;
      /**
       * Written by `JSON.stringify` with the numbers as they came; the same as `value` where that does it. Made when it
       * is first asked for: in what is refused, a million members with decimals would cost seconds for nothing.
       */
      readonly exact: unknown;
      /** Keys that stand twice and half surrogate pairs, in the order of the text. */
      readonly problems: readonly JsonProblem[];
      /**
       * Where the event stands in the body, in a Bundle the one at `index`, where it has no problems and is written as
       * `JSON.stringify` would write it.
       */
      sourceOf(index: number): EventSource | undefined;
    }
  | {
      readonly kind: 'refused';
      readonly reason: 'not-utf-8' | 'not-json' | 'too-deep' | 'too-wide';
      readonly issues: readonly [Issue];
    };

/** Above this a text's depth is looked at before it is parsed: millions of brackets take seconds and gigabytes. */
const LARGE_CHARS = 1024 * 1024;

/** Drops one byte-order mark (RFC 8259, section 8.1: a parser may ignore it). */
const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** Parses a body. `levelsMax` counts the levels of objects and arrays in the whole of it. Never throws. */
export function parseJson(bytes: Uint8Array, { levelsMax }: { readonly levelsMax: number }): ParsedJson {
  const text = decoded(bytes);
  if (text === undefined) return refused('not-utf-8', 'The body is not UTF-8.');
  if (text.length > LARGE_CHARS && nestsDeeper(text, levelsMax)) return tooDeepFor(levelsMax);
  let value: unknown;
  try {
    value = JSON.parse(text); // reads any depth without recursion; what walks it later does not
  } catch {
    return refused('not-json', text === '' ? 'The body is empty.' : 'The body is not JSON.');
  }
  const root = rootOf(value);
  const problems = new Problems(root);
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Of ASCII each character is a byte.
  const latin1 = text.length === whole.length ? text : whole.toString('latin1');
  const sources = new EventSources(whole, root);
  const { tooDeep, tooWide, delicate, unspaced } = inspectJson(
    latin1,
    levelsMax,
    (finding) => problems.add(finding),
    sources.watch,
  );
  if (tooDeep) return tooDeepFor(levelsMax);
  if (tooWide) {
    return refused('too-wide', `An object in the body must not have more than ${OBJECT_KEYS_MAX} keys.`);
  }
  const isPlain = unspaced && problems.listed.length === 0 && isPlainlyEscaped(latin1);
  return new Parsed(text, value, delicate, problems.listed, isPlain ? sources : undefined);
}

/** A class, and no literal with a getter, which costs as much as the inspection. */
class Parsed {
  readonly kind = 'parsed';
  readonly text: string;
  readonly value: unknown;
  readonly problems: readonly JsonProblem[];
  readonly #sources: EventSources | undefined;
  #isDelicate: boolean;
  #exact: unknown;

  constructor(
    text: string,
    value: unknown,
    isDelicate: boolean,
    problems: readonly JsonProblem[],
    sources: EventSources | undefined,
  ) {
    this.text = text;
    this.value = value;
    this.problems = problems;
    this.#sources = sources;
    this.#isDelicate = isDelicate;
    this.#exact = value;
  }

  get exact(): unknown {
    if (this.#isDelicate) {
      this.#exact = withNumbersAsWritten(this.text, this.value);
      this.#isDelicate = false;
    }
    return this.#exact;
  }

  sourceOf(index: number): EventSource | undefined {
    return this.#sources?.of(index);
  }
}

function tooDeepFor(levelsMax: number): ParsedJson {
  return refused('too-deep', `The body must not be nested more than ${levelsMax} levels deep.`);
}

/** The problems of one text, within their bounds. */
class Problems {
  readonly listed: JsonProblem[] = [];
  readonly #root: string | undefined;
  /** How many there are by entry of the Bundle, or by item of an array; undefined counts those outside of them. */
  readonly #byEntry = new Map<number | undefined, number>();

  constructor(root: string | undefined) {
    this.#root = root;
  }

  add({ kind, path: whole }: JsonFinding): void {
    const unknown = whole.findIndex((step) => typeof step === 'string' && !isElementName(step));
    const path = unknown < 0 ? whole : whole.slice(0, unknown);
    const [list, index] = path;
    const inBundle = this.#root === 'Bundle' && list === 'entry' && typeof index === 'number';
    const inArray = typeof list === 'number' ? list : undefined;
    const entry = inBundle ? index : inArray;
    const ofEntry = this.#byEntry.get(entry) ?? 0;
    if (ofEntry === ISSUES_MAX || this.listed.length > JSON_PROBLEMS_MAX) return;
    this.#byEntry.set(entry, ofEntry + 1);
    const full = this.listed.length === JSON_PROBLEMS_MAX;
    this.listed.push(full ? furtherProblems() : problemAt(path, kind, path === whole, this.#root));
  }
}

/** `known`: `path` leads to the problem itself, not only near it. */
function problemAt(
  path: JsonPath,
  kind: JsonFinding['kind'],
  known: boolean,
  root: string | undefined,
): JsonProblem {
  const { json, expression } = placeAt(path, root ?? 'the body');
  const place = known ? json : `Something in ${json}`;
  const at = root === undefined ? {} : { expression };
  if (kind === 'surrogate') {
    const diagnostics = `${place} has half of a surrogate pair: text must be Unicode.`;
    return { path, issue: issue({ code: 'value', diagnostics, ...at }) };
  }
  const diagnostics = `${place} is given more than once: a key must be unique in its object.`;
  return { path, issue: issue({ code: 'structure', diagnostics, ...at }) };
}

/** FHIRPath knows a choice of types by its common name: `value`, not `valueString`. */
const CHOICE = /^value[A-Z]/;

function placeAt(path: JsonPath, root: string): Place {
  return path.reduce<Place>((place, step) => {
    if (typeof step === 'number') return itemPlace(place, step);
    const element = step.startsWith('_') ? step.slice(1) : step;
    return childPlace(place, { name: CHOICE.test(element) ? 'value' : element }, step);
  }, rootPlace(root));
}

function furtherProblems(): JsonProblem {
  const diagnostics = `The body has more than ${JSON_PROBLEMS_MAX} problems; further ones are not listed.`;
  return { path: [], issue: issue({ code: 'structure', diagnostics }) };
}

/** The name of a place's root, where the text says what it is. */
function rootOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'resourceType')) return undefined;
  const { resourceType } = value as { resourceType: unknown };
  return resourceType === 'AuditEvent' || resourceType === 'Bundle' ? resourceType : undefined;
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return UTF_8.decode(bytes);
  } catch {
    return undefined;
  }
}

function refused(
  reason: 'not-utf-8' | 'not-json' | 'too-deep' | 'too-wide',
  diagnostics: string,
): ParsedJson & { readonly kind: 'refused' } {
  return { kind: 'refused', reason, issues: [issue({ code: 'structure', diagnostics })] };
}
