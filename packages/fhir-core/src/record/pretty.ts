/**
 * JSON for people, on lines of its own, as `JSON.stringify(value, null, 2)` lays it out. It is laid out anew, never
 * parsed: every number, every string and every key is written as it stands.
 */
import { closingQuote, skipBlanks } from './json-text.ts';

/**
 * UTF-16 code units of a text that is laid out: indentation can make one sixteen times as long, and V8's strings end
 * at 512 Mi. Twice the largest page, which is what laying out real events takes.
 */
export const PRETTY_CHARS_MAX = 64 * 1024 * 1024;

/** `text`, which is JSON, with two blanks a level; undefined where that is longer than `charsMax`. */
export function prettyText(text: string, charsMax: number = PRETTY_CHARS_MAX): string | undefined {
  const parts: string[] = [];
  let chars = 0;
  let level = 0;
  /** Where that begins which is not in `parts` yet. */
  let from = 0;
  const write = (end: number, between: string) => {
    parts.push(text.slice(from, end) + between);
    chars += end - from + between.length;
    from = end;
  };
  const newLine = () => `\n${'  '.repeat(level)}`;

  for (let at = 0; at < text.length && chars <= charsMax; at += 1) {
    switch (text[at]) {
      case '"':
        at = closingQuote(text, at);
        break;
      case '{':
      case '[': {
        const next = skipBlanks(text, at + 1);
        if (text[next] === '}' || text[next] === ']') {
          write(at + 1, '');
          at = from = next;
        } else {
          level += 1;
          write(at + 1, newLine());
        }
        break;
      }
      case '}':
      case ']':
        level -= 1;
        write(at, newLine());
        break;
      case ',':
        write(at + 1, newLine());
        break;
      case ':':
        write(at + 1, ' ');
        break;
      case ' ':
      case '\t':
      case '\n':
      case '\r':
        write(at, '');
        from = skipBlanks(text, at);
        at = from - 1;
    }
  }
  write(text.length, '');
  return chars > charsMax ? undefined : parts.join('');
}
