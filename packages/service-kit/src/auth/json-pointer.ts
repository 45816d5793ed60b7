/** JSON Pointer (RFC 6901): how settings name a claim, whose name may hold dots, colons and slashes. */

/** `/realm_access/roles`, `/https:~1~1example.org~1site`. */
export const JSON_POINTER = '^(?:/(?:[^~/]|~[01])+)+$';

/** What is at `pointer` below `value`; undefined where there is nothing. */
export function valueAt(value: unknown, pointer: string): unknown {
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (found, name) =>
        typeof found === 'object' && found !== null && Object.hasOwn(found, name)
          ? (found as Readonly<Record<string, unknown>>)[name]
          : undefined,
      value,
    );
}
