/**
 * JSON that keeps numbers as they were written.
 *
 * `JSON.parse` turns `1.10` into 1.1 and rounds what a double cannot hold; an audit trail must not. A text is parsed
 * once; where it holds such a number, one walk over it beside the parsed value copies what leads there and nothing else.
 * (A reviver with source text, ES2026, does the same some fifty times slower than a plain parse.)
 */
import { closingQuote, skipBlanks } from './json-text.ts';

/**
 * A number token that `JSON.parse` and `JSON.stringify` may not give back as written: a fraction, an exponent,
 * sixteen or more digits, minus zero. A match inside a string is harmless: it costs the slower path. The colon before a
 * value comes after a name or a blank, that of a time (`10:20:30.123`) after a digit: every event has one of those.
 */
const DELICATE_NUMBER = /(?:["\s]:|[[,\s])(?:-?\d+[.eE]|-?\d{16}|-0)/;

/**
 * `value`, which is `text` plainly parsed, in a form that `JSON.stringify` writes with the numbers as they came. It is
 * only to be written: where it differs from `value`, its numbers are not numbers.
 */
export function exactJson(text: string, value: unknown): unknown {
  return DELICATE_NUMBER.test(text) ? withNumbersAsWritten(text, value) : value;
}

/** The same for a text that is known to need it. Recurses as deep as the text nests. */
export function withNumbersAsWritten(text: string, value: unknown): unknown {
  return new Walk(text).value(value);
}

/** A walk over a text that is JSON, beside its value. Each method begins at its value and ends after it. */
class Walk {
  readonly #text: string;
  #at: number;

  constructor(text: string) {
    this.#text = text;
    this.#at = skipBlanks(text, 0);
  }

  value(plain: unknown): unknown {
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(isContainer(plain) ? plain : {});
      case '[':
        return this.#array(isContainer(plain) ? plain : {});
      case '"':
        this.#at = closingQuote(this.#text, this.#at) + 1;
        return plain;
      default:
        return this.#numberOrWord(plain);
    }
  }

  #object(plain: Container): unknown {
    let copy: Container | undefined;
    this.#next();
    while (this.#text[this.#at] === '"') {
      const close = closingQuote(this.#text, this.#at);
      const key: string = JSON.parse(this.#text.slice(this.#at, close + 1));
      this.#at = skipBlanks(this.#text, skipBlanks(this.#text, close + 1) + 1);
      copy = this.#member(plain, key, copy);
    }
    this.#at += 1;
    return copy ?? plain;
  }

  #array(plain: Container): unknown {
    let copy: Container | undefined;
    this.#next();
    for (let index = 0; this.#text[this.#at] !== ']'; index += 1) copy = this.#member(plain, index, copy);
    this.#at += 1;
    return copy ?? plain;
  }

  /** Walks one member, which makes a copy of its container necessary or not. */
  #member(plain: Container, key: string | number, copy: Container | undefined): Container | undefined {
    const before = Object.hasOwn(plain, key) ? plain[key] : undefined;
    const exact = this.value(before);
    this.#at = skipBlanks(this.#text, this.#at);
    if (this.#text[this.#at] === ',') this.#next();
    if (exact === before && copy === undefined) return undefined;
    const changed: Container = copy ?? (Array.isArray(plain) ? ([...plain] as never) : { ...plain });
    changed[key] = exact;
    return changed;
  }

  #numberOrWord(plain: unknown): unknown {
    const start = this.#at;
    while (this.#at < this.#text.length && !ENDS.has(this.#text.charCodeAt(this.#at))) this.#at += 1;
    if (typeof plain !== 'number') return plain;
    const source = this.#text.slice(start, this.#at);
    return String(plain) === source ? plain : JSON.rawJSON(source);
  }

  #next(): void {
    this.#at = skipBlanks(this.#text, this.#at + 1);
  }
}

type Container = { [key: string | number]: unknown };

/** What may follow a number or a word: white space, comma, closing brackets. */
const ENDS = new Set([...' \t\r\n,]}'].map((character) => character.charCodeAt(0)));

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

declare global {
  /** ES2026 "JSON.parse source text access"; in Node since 22. */
  interface JSON {
    rawJSON(text: string): object;
    isRawJSON(value: unknown): boolean;
  }
}
