/**
 * R4 escaping in search values (search.html#escaping): `\,` `\|` `\$` `\\` stand for themselves. Splitting
 * leaves escapes alone; they are resolved once, at the last step.
 */

/** Splits at every `separator` that is not escaped. */
export function splitEscaped(text: string, separator: ',' | '|'): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === separator) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

/** Resolves the escapes. */
export function unescaped(text: string): string {
  return text.replace(/\\([\\,|$])/g, '$1');
}

/** A text with the escapes that make it stand for itself. */
export function escaped(text: string): string {
  return text.replace(/[\\,|$]/g, '\\$&');
}
