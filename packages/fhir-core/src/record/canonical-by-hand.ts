/**
 * JSON with sorted keys, whatever they are, also those that an object of JavaScript can't have in that order. By
 * recursion, and slow beside `JSON.stringify`: no valid event needs it, and what `canonical.ts` writes is held to it.
 */
import { isObject } from '../schema/invariant.ts';

export function canonicalByHand(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalByHand).join(',')}]`;
  if (!isObject(value) || JSON.isRawJSON(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalByHand(value[key])}`);
  return `{${members.join(',')}}`;
}
