/**
 * What `JSON.parse` does not tell: keys that stand twice in an object, half surrogate pairs, how deep a text nests,
 * and whether it has numbers that JavaScript would write in another way. One linear pass over a text that is known
 * to be JSON, so no grammar is checked: strings are jumped over, and keys compared as slices of the text.
 *
 * The text has a character for each byte of its UTF-8, so that a place in it is one in what came, and what is not ASCII in
 * one name makes no wider text of a whole Bundle.
 */
import { closingQuote, skipBlanks } from './json-text.ts';

/** Keys of one object. R4 has none with 200; each walk over a million of them takes seconds. */
export const OBJECT_KEYS_MAX = 1000;

/** Keys of one object that are compared one by one; more are looked up. */
const COMPARED_KEYS_MAX = 32;

/** From the root to an element: keys and indices. */
export type JsonPath = readonly (string | number)[];

/** `key`: an object has it twice (`path` leads to the second). `surrogate`: half a pair in the string at `path`. */
export type JsonFinding = { readonly kind: 'key' | 'surrogate'; readonly path: JsonPath };

export type InspectedJson = {
  /** It has more levels than allowed; what is below was not looked at. */
  readonly tooDeep: boolean;
  /** An object has more than OBJECT_KEYS_MAX keys; what follows was not looked at. */
  readonly tooWide: boolean;
  /** A number is not as JavaScript writes it, such as 1.10. */
  readonly delicate: boolean;
  /** There is no white space between its tokens. */
  readonly unspaced: boolean;
};

/** Is told of each member of the objects on one level: where it stands, and where its object ends. */
export type MemberWatch = {
  /** 1 is the root. */
  readonly level: number;
  readonly member: (start: number) => void;
  /** `path` of the object that ends before `end`. */
  readonly end: (end: number, path: JsonPath) => void;
};

/**
 * Inspects `text`, which is JSON, its UTF-8 as Latin-1. Reports what it finds in the order of the text; a key that is no
 * text itself (half a surrogate pair) is reported at its object. Reads no further once it is nested more than `levelsMax`
 * deep.
 */
export function inspectJson(
  text: string,
  levelsMax: number,
  report: (finding: JsonFinding) => void,
  watch?: MemberWatch,
): InspectedJson {
  /** The keys of all open objects so far, and where those of each level begin; an array has none. */
  const keys: string[] = [];
  const firstKeys: number[] = [];
  /** Commas passed on each level: within an array, the index. */
  const commas: number[] = [];
  const lookups = new Map<number, Set<string>>();
  let keyCount = 0;
  let levels = 0;
  let delicate = false;
  let unspaced = true;
  const watched = watch?.level ?? -1;
  let backslash = nextBackslash(text, 0);

  const path = (depth: number): (string | number)[] => {
    const steps: (string | number)[] = [];
    for (let level = 0; level < depth; level += 1) {
      const end = level + 1 < levels ? firstKeys[level + 1]! : keyCount;
      steps.push(end > firstKeys[level]! ? keys[end - 1]! : commas[level]!);
    }
    return steps;
  };

  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22 /* " */) {
      const close = closingQuote(text, at);
      const after = skipBlanks(text, close + 1);
      const escaped = backslash < close;
      if (after !== close + 1) unspaced = false;
      if (text.charCodeAt(after) === 0x3a /* : */) {
        const key = escaped ? unescaped(text.slice(at, close + 1)) : text.slice(at + 1, close);
        if (escaped && !key.isWellFormed()) report({ kind: 'surrogate', path: path(levels - 1) });
        const first = firstKeys[levels - 1]!;
        if (keyCount - first >= OBJECT_KEYS_MAX) return { tooDeep: false, tooWide: true, delicate, unspaced };
        if (isAmong(key, keys, first, keyCount, lookups, levels)) {
          report({ kind: 'key', path: [...path(levels - 1), key] });
        }
        keys[keyCount] = key;
        keyCount += 1;
        if (levels === watched) watch?.member(at);
      } else if (escaped && hasHalfPair(text.slice(at, close + 1))) {
        report({ kind: 'surrogate', path: path(levels) });
      }
      if (escaped) backslash = nextBackslash(text, close);
      at = after - 1;
    } else if (code === 0x2c /* , */) {
      commas[levels - 1]! += 1;
    } else if (code === 0x7b /* { */ || code === 0x5b /* [ */) {
      if (levels === levelsMax) return { tooDeep: true, tooWide: false, delicate, unspaced };
      firstKeys[levels] = keyCount;
      commas[levels] = 0;
      levels += 1;
    } else if (code === 0x7d /* } */ || code === 0x5d /* ] */) {
      if (lookups.size > 0) lookups.delete(levels);
      if (levels === watched && code === 0x7d) watch?.end(at + 1, path(levels - 1));
      levels -= 1;
      keyCount = firstKeys[levels]!;
    } else if (code === 0x2d /* - */ || (code >= 0x30 && code <= 0x39) /* 0-9 */) {
      const end = endOfNumber(text, at);
      if (!delicate) {
        const number = text.slice(at, end);
        delicate = String(Number(number)) !== number;
      }
      at = end - 1;
    } else if (code <= 0x20) unspaced = false;
  }
  return { tooDeep: false, tooWide: false, delicate, unspaced };
}

/** As it would be without its escapes; half a pair has no UTF-8, and is like no other key. */
function unescaped(quoted: string): string {
  const key: string = JSON.parse(Buffer.from(quoted, 'latin1').toString());
  return key.isWellFormed() ? Buffer.from(key).toString('latin1') : key;
}

/** Whether `key` is among the `keys` of the object open on `level`; `lookups` has those of wide objects. */
function isAmong(
  key: string,
  keys: readonly string[],
  first: number,
  end: number,
  lookups: Map<number, Set<string>>,
  level: number,
): boolean {
  if (end - first < COMPARED_KEYS_MAX) {
    for (let i = first; i < end; i += 1) if (keys[i] === key) return true;
    return false;
  }
  let known = lookups.get(level);
  if (known === undefined) {
    known = new Set(keys.slice(first, end));
    lookups.set(level, known);
  }
  const among = known.has(key);
  known.add(key);
  return among;
}

/** Only an escape can write half a pair: UTF-8 has none. */
function hasHalfPair(string: string): boolean {
  return string.includes('\\u') && !(JSON.parse(string) as string).isWellFormed();
}

function nextBackslash(text: string, from: number): number {
  const at = text.indexOf('\\', from);
  return at < 0 ? text.length : at;
}

/** JSON's numbers are of digits, signs, a point and an exponent. */
function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  for (;;) {
    const code = text.charCodeAt(end);
    const inside = (code >= 0x2b && code <= 0x39 && code !== 0x2c) || code === 0x45 || code === 0x65;
    if (!inside) return end;
    end += 1;
  }
}
