/**
 * What the evaluator judges: an event as plain FHIR JSON, as a read gives it back. Nothing here, or in the files
 * beside it, uses the product's code: the evaluator is a second opinion, written from R4 and as naive as can be.
 */

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export type JsonObject = { readonly [element: string]: Json | undefined };

export type Kept = {
  readonly event: JsonObject;
  /** The id that its sender had given it. */
  readonly sentId: string | undefined;
};

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
  return typeof value === 'object' && value !== null && !isList(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
