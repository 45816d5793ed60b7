/**
 * Finding one's way in a JSON text that is known to be valid: where a value ends, and what an object or an array
 * holds, without parsing. So a part can be given back as it was written.
 */

/** Where something stands in a text: from its first character to after its last. */
export type Span = { readonly start: number; readonly end: number };

/** Where a string ends: the position of the quote that closes the one at `open`. Linear, however it is escaped. */
export function closingQuote(text: string, open: number): number {
  let quote = text.indexOf('"', open + 1);
  while (text.charCodeAt(quote - 1) === 0x5c /* \ */ && isEscaped(text, quote)) {
    quote = text.indexOf('"', quote + 1);
  }
  return quote;
}

/** The position at or after `at` of what is not white space. */
export function skipBlanks(text: string, at: number): number {
  let next = at;
  while (text.charCodeAt(next) <= 0x20) next += 1;
  return next;
}

/** Whether brackets outside of strings nest deeper than `levelsMax`, in any text: one that is no JSON as well. */
export function nestsDeeper(text: string, levelsMax: number): boolean {
  let levels = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22 /* " */) {
      at = closingQuote(text, at);
      if (at < 0) return false;
    } else if (code === 0x7b /* { */ || code === 0x5b /* [ */) {
      levels += 1;
      if (levels > levelsMax) return true;
    } else if (code === 0x7d /* } */ || code === 0x5d /* ] */) levels -= 1;
  }
  return false;
}

/** The members of the object at `open`, in their order; a key is unescaped, and may stand more than once. */
export function* members(text: string, open: number): Generator<Span & { readonly key: string }> {
  let at = skipBlanks(text, open + 1);
  while (text[at] === '"') {
    const close = closingQuote(text, at);
    const key: string = JSON.parse(text.slice(at, close + 1));
    const start = skipBlanks(text, skipBlanks(text, close + 1) + 1);
    const end = endOfValue(text, start);
    yield { key, start, end };
    at = afterComma(text, end);
  }
}

/** The items of the array at `open`, in their order. */
export function* items(text: string, open: number): Generator<Span> {
  let start = skipBlanks(text, open + 1);
  while (start < text.length && text[start] !== ']') {
    const end = endOfValue(text, start);
    yield { start, end };
    const next = skipBlanks(text, end);
    if (text[next] !== ',') return;
    start = skipBlanks(text, next + 1);
  }
}

/** Where the value at `start` ends. */
function endOfValue(text: string, start: number): number {
  let levels = 0;
  for (let at = start; at < text.length; at += 1) {
    switch (text[at]) {
      case '"':
        at = closingQuote(text, at);
        if (levels === 0) return at + 1;
        break;
      case '{':
      case '[':
        levels += 1;
        break;
      case '}':
      case ']':
        levels -= 1;
        if (levels === 0) return at + 1;
        if (levels < 0) return at; // what holds a number or a word ends
        break;
      case ',':
      case ' ':
      case '\t':
      case '\n':
      case '\r':
        if (levels === 0) return at;
    }
  }
  return text.length;
}

/** Whether a backslash escapes what is at `at`: an odd number of them stands before it. */
function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text.charCodeAt(before - 1) === 0x5c) before -= 1;
  return (at - before) % 2 === 1;
}

/** The start of the member after the one that ends at `end`, or of what closes the object. */
function afterComma(text: string, end: number): number {
  const next = skipBlanks(text, end);
  return text[next] === ',' ? skipBlanks(text, next + 1) : next;
}
