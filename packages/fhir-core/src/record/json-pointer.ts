/**
 * JSON Pointer (RFC 6901): where in a JSON document a value is. A claim's name may hold dots, slashes and a whole URL,
 * so no path of names with dots would do.
 */

/** A pointer into a document, not to the whole of it (the empty one). */
export const JSON_POINTER = '(?:/(?:[^~/]|~[01])*)+';

/** `absent`: an object on the way does not have the member. */
export type Pointed = { readonly value: unknown } | 'absent' | 'not-readable';

/** An index of an array: no sign, no leading zero. */
const INDEX = /^(?:0|[1-9]\d*)$/;

/** The names on the way that a pointer says. */
export function pointerPath(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What is at `path` of a document that JSON says; `not-readable` where the way leads through what has no members. */
export function pointed(document: unknown, path: readonly string[]): Pointed {
  let value = document;
  for (const name of path) {
    if (Array.isArray(value)) {
      if (!INDEX.test(name) || Number(name) >= value.length) return 'not-readable';
      value = value[Number(name)];
    } else if (typeof value === 'object' && value !== null) {
      if (!Object.hasOwn(value, name)) return 'absent';
      value = (value as Readonly<Record<string, unknown>>)[name];
    } else return 'not-readable';
  }
  return { value };
}
