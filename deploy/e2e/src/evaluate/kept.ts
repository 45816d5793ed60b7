/**
 * What the evaluator judges: an event as plain FHIR JSON, as a read gives it back. Nothing here, or in the files
 * beside it, uses the product's code: the evaluator is a second opinion, written from R4 and as naive as can be.
 */

export type Json = string | number | boolean | null | WrittenNumber | readonly Json[] | JsonObject;
export type JsonObject = { readonly [element: string]: Json | undefined };

/** A number to the digit, as R4 wants a decimal's precision kept (json.html#primitive): `1.10` is not `1.1`. */
export class WrittenNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toJSON(): unknown {
    return (JSON as typeof JSON & { rawJSON(text: string): unknown }).rawJSON(this.text);
  }
}

/** Who sent it; without an issuer where nobody was asked for a token. */
export type Sender = { readonly issuer?: string; readonly client: string };

export type Kept = {
  readonly event: JsonObject;
  /** The id that its sender had given it. */
  readonly sentId: string | undefined;
  readonly sender: Sender;
};

/** JSON with its numbers as they are written; `JSON.stringify` writes them so again. */
export function readJson(text: string): Json {
  return JSON.parse(text, (_key: string, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' ? new WrittenNumber(context?.source ?? String(value)) : value,
  ) as Json;
}

/** The elements at a path: every value of every list on the way. */
export function elementsAt(value: Json | undefined, path: string): Json[] {
  let found: Json[] = value === undefined ? [] : [value];
  for (const name of path.split('.')) {
    found = found
      .flatMap((one) => (isObject(one) ? [one[name]] : []))
      .flatMap((one) => (isList(one) ? [...one] : [one]))
      .filter((one) => one !== undefined && one !== null) as Json[];
  }
  return found;
}

/** Those at a path that are text. */
export function textsAt(value: Json | undefined, path: string): string[] {
  return elementsAt(value, path).filter((one) => typeof one === 'string');
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value) && !(value instanceof WrittenNumber);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
