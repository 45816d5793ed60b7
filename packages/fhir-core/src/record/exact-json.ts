/**
 * JSON that keeps numbers as they were written.
 *
 * `JSON.parse` turns `1.10` into 1.1 and rounds what a double cannot hold; an audit trail must not. Texts
 * that hold no such number (nearly all AuditEvents) take the plain path; the others are parsed twice, once
 * plainly for validation and once with every number kept as source text.
 */

/**
 * A number token that `JSON.parse` and `JSON.stringify` may not give back as written: a fraction, an exponent,
 * sixteen or more digits, minus zero. A match inside a string is harmless: it costs the slower path.
 */
const DELICATE_NUMBER = /[:[,\s](?:-?\d+[.eE]|-?\d{16}|-0)/;

export type ExactJson = {
  /** The plain value: what validation and projection look at. */
  readonly value: unknown;
  /** The same value whose numbers `JSON.stringify` writes as they came. Never looked at, only written. */
  readonly exact: unknown;
};

/** Parses `text`. Throws SyntaxError, as `JSON.parse` does; its message may quote the text, so it is never passed on. */
export function parseExactJson(text: string): ExactJson {
  const value: unknown = JSON.parse(text);
  if (!DELICATE_NUMBER.test(text)) return { value, exact: value };
  return { value, exact: JSON.parse(text, keepSource) };
}

function keepSource(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value;
  return String(value) === context.source ? value : JSON.rawJSON(context.source);
}

declare global {
  /** ES2026 "JSON.parse source text access"; in Node since 22. */
  interface JSON {
    rawJSON(text: string): object;
    isRawJSON(value: unknown): boolean;
  }
}
