/**
 * The grammar that many header fields share (RFC 9110, section 5.6): elements between separators, parameters of name
 * and value, values in quotes. One pass over the text, whatever it holds.
 */

export type Parameter = { readonly name: string; readonly value: string };

/** The parts of `text` between `separator`s that stand outside of quotes, without spaces around; no empty parts. */
export function splitUnquoted(text: string, separator: ',' | ';'): string[] {
  const parts: string[] = [];
  let begin = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted && character === '\\') at++;
    else if (character === '"') quoted = !quoted;
    else if (character === separator && !quoted) {
      parts.push(text.slice(begin, at));
      begin = at + 1;
    }
  }
  parts.push(text.slice(begin));
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** `name=value`, the name in lower case and the value out of its quotes; a name alone has an empty value. */
export function parameterOf(text: string): Parameter {
  const equals = text.indexOf('=');
  if (equals < 0) return { name: text.trim().toLowerCase(), value: '' };
  return { name: text.slice(0, equals).trim().toLowerCase(), value: unquoted(text.slice(equals + 1).trim()) };
}

/** The first part, in lower case, and the parameters after it, as of a media type. */
export function valueWithParameters(text: string): { value: string; parameters: Parameter[] } {
  const [value = '', ...parameters] = splitUnquoted(text, ';');
  return { value: value.toLowerCase(), parameters: parameters.map(parameterOf) };
}

function unquoted(value: string): string {
  if (value.length < 2 || !value.startsWith('"') || !value.endsWith('"')) return value;
  return value.slice(1, -1).replace(/\\(.)/g, '$1');
}
