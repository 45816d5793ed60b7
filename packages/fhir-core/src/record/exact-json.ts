/**
 * JSON that keeps numbers as they were written.
 *
 * `JSON.parse` turns `1.10` into 1.1 and rounds what a double cannot hold; an audit trail must not. Texts that hold no
 * such number (nearly all AuditEvents) are parsed once; the others a second time, with every number kept as source text.
 */

/**
 * A number token that `JSON.parse` and `JSON.stringify` may not give back as written: a fraction, an exponent,
 * sixteen or more digits, minus zero. A match inside a string is harmless: it costs the slower path.
 */
const DELICATE_NUMBER = /[:[,\s](?:-?\d+[.eE]|-?\d{16}|-0)/;

/**
 * `value`, which is `text` plainly parsed, in a form that `JSON.stringify` writes with the numbers as they came. It is
 * only to be written: where it differs from `value`, its numbers are not numbers.
 */
export function exactJson(text: string, value: unknown): unknown {
  return DELICATE_NUMBER.test(text) ? parseWithNumbersAsWritten(text) : value;
}

/** The same for a text that is known to need it. Recurses as deep as the text nests. */
export function parseWithNumbersAsWritten(text: string): unknown {
  return JSON.parse(text, keepSource);
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
