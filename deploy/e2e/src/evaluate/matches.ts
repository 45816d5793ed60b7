/** Whether an event is what one search parameter asks for: R4's search (http://hl7.org/fhir/R4/search.html), naively. */
import type { Criterion, DateValue, SearchParameterCode, TokenValue } from '@auditbox/fhir-core';
import { foldedAddress, READINGS, type Reading, withoutCase, wordsIn } from './folded.ts';
import type { Kept } from './kept.ts';
import { isAt, pointOf } from './moment.ts';
import { names } from './target.ts';
import {
  contentOf,
  displaysOf,
  identifiersOf,
  type Token,
  targetsOf,
  textsOf,
  tokensOf,
  valuesOf,
} from './values.ts';

/** A criterion, whose dates are but what was written. */
export type Asked =
  | Exclude<Criterion, { type: 'date' }>
  | {
      readonly code: SearchParameterCode;
      readonly type: 'date';
      readonly values: readonly Pick<DateValue, 'prefix' | 'date'>[];
    };

export type Context = {
  /** The URLs under which this server's own resources are known. */
  readonly bases: readonly string[];
  readonly nowMs: number;
};

export function matches(kept: Kept, asked: Asked, { bases, nowMs }: Context): boolean {
  const { code } = asked;
  switch (asked.type) {
    case 'missing':
      return (valuesOf(code, kept).length === 0) === asked.missing;
    case 'id':
      return textsOf(code, kept).some((id) => asked.values.includes(id)) !== asked.not;
    case 'token': {
      const tokens = tokensOf(code, kept);
      const isSought = code === 'sender' ? isTokenToTheLetter : isToken;
      const isAny = asked.values.some((value) => tokens.some((token) => isSought(token, value)));
      return isAny !== asked.not;
    }
    case 'text':
      return read(READINGS, displaysOf(code, kept), asked.values, (text, value) => text.startsWith(value));
    case 'string': {
      const texts = textsOf(code, kept);
      if (asked.match === 'exact') return texts.some((text) => asked.values.includes(text));
      const readings = code === 'address' ? [foldedAddress] : READINGS;
      const isAnywhere = asked.match === 'contains';
      return read(readings, texts, asked.values, (text, value) =>
        isAnywhere ? text.includes(value) : text.startsWith(value),
      );
    }
    case 'uri': {
      const uris = textsOf(code, kept);
      return asked.values.some((value) =>
        uris.some((uri) => {
          if (asked.match === 'below') return uri.startsWith(value);
          return asked.match === 'above' ? above(value).includes(uri) : uri === value;
        }),
      );
    }
    case 'date': {
      const points = textsOf(code, kept).map(pointOf);
      return asked.values.some(({ prefix, date }) =>
        points.some((point) => isAt(point, prefix, date, nowMs)),
      );
    }
    case 'reference': {
      const targets = targetsOf(code, kept);
      return asked.values.some((value) =>
        targets.some((target) => names(value, target, bases, asked.target)),
      );
    }
    case 'identifier': {
      const { target: type } = asked;
      const targets = targetsOf(code, kept).filter(({ types }) => type === undefined || types.includes(type));
      const tokens = targets.flatMap(identifiersOf);
      return asked.values.some((value) => tokens.some((token) => isToken(token, value)));
    }
    case 'words': {
      const words = wordsOf(code, kept);
      return asked.values.some((value) => wordsIn(value).every((word) => words.has(word)));
    }
  }
}

/** Whether any text is, in any reading, what any of the values asks for. */
function read(
  readings: readonly Reading[],
  texts: readonly string[],
  values: readonly string[],
  isSought: (text: string, value: string) => boolean,
): boolean {
  return readings.some((reading) =>
    values.some((value) => texts.some((text) => isSought(reading(text), reading(value)))),
  );
}

/** A URL and what it stands below: all up to a slash, with it and without, up to its query, fragment or version. */
export function above(url: string): string[] {
  const [, authority = '', rest = ''] = /^([^:]+:\/\/[^/?#|]*)(.*)$/s.exec(url) ?? [];
  const found = [url];
  for (const [at, character] of [...rest.split('').entries()]) {
    if (!'/?#|'.includes(character)) continue;
    found.push(authority + rest.slice(0, at));
    if (character === '/') found.push(authority + rest.slice(0, at + 1));
  }
  return found;
}

/** They are kept: to split all that is in an event takes longer than all else. */
function wordsOf(code: SearchParameterCode, kept: Kept): ReadonlySet<string> {
  const known = WORDS.get(kept) ?? {};
  const words = known[code] ?? new Set(contentOf(code, kept).flatMap(wordsIn));
  WORDS.set(kept, { ...known, [code]: words });
  return words;
}

const WORDS = new WeakMap<Kept, Partial<Record<SearchParameterCode, ReadonlySet<string>>>>();

/** Codes without case, as R4 advises when in doubt; systems exact. */
function isToken({ system, code }: Token, value: TokenValue): boolean {
  if (value.match === 'system') return system === value.system;
  if (code === undefined || withoutCase(code) !== withoutCase(value.code)) return false;
  return value.match === 'code' || system === value.system;
}

/** Issuers and clients have a case that counts. */
function isTokenToTheLetter({ system, code }: Token, value: TokenValue): boolean {
  if (value.match === 'system') return system === value.system;
  return code === value.code && (value.match === 'code' || system === value.system);
}
