/** Whether an event is what one search parameter asks for: R4's search (http://hl7.org/fhir/R4/search.html), naively. */
import type { Criterion, DateValue, SearchParameterCode, TokenValue } from '@auditbox/fhir-core';
import { foldedAddress, foldedText, withoutCase, wordsIn } from './folded.ts';
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
      const isAny = asked.values.some((value) => tokens.some((token) => isToken(token, value)));
      return isAny !== asked.not;
    }
    case 'text': {
      const texts = displaysOf(code, kept).map(foldedText);
      return asked.values.some((value) => texts.some((text) => text.startsWith(foldedText(value))));
    }
    case 'string': {
      const fold = code === 'address' ? foldedAddress : foldedText;
      const texts = textsOf(code, kept);
      return asked.values.some((value) =>
        texts.some((text) => {
          if (asked.match === 'exact') return text === value;
          if (asked.match === 'contains') return fold(text).includes(fold(value));
          return fold(text).startsWith(fold(value));
        }),
      );
    }
    case 'uri': {
      const uris = textsOf(code, kept);
      return asked.values.some((value) =>
        uris.some((uri) => {
          if (asked.match === 'below') return uri.startsWith(value);
          return asked.match === 'above' ? value.startsWith(uri) : uri === value;
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
