/**
 * The canonical form of an event: keys sorted, numbers as written, without the three values that are the
 * server's (`id`, `meta.lastUpdated`, `meta.versionId`). Two sendings of one event have the same form,
 * whatever order their keys came in; its SHA-256 is the content digest.
 *
 * Written by `JSON.stringify` in one go from a copy whose keys are in order, which costs a third of writing it part by
 * part. Keys that no such copy can have in their order are written by hand (`canonical-by-hand.ts`).
 */
import { isObject } from '../schema/invariant.ts';
import { canonicalByHand } from './canonical-by-hand.ts';

type JsonObject = { readonly [key: string]: unknown };

/** The canonical JSON text of `event` (as parsed exactly), in the order of UTF-16 code units (RFC 8785, section 3.2.3). */
export function canonicalForm(event: JsonObject): string {
  const content = withoutServerValues(event);
  const copy = inOrder(content);
  return copy === UNORDERED ? canonicalByHand(content) : JSON.stringify(copy);
}

function withoutServerValues({ id: _id, meta, ...rest }: JsonObject): JsonObject {
  if (!isObject(meta)) return meta === undefined ? rest : { ...rest, meta };
  const { lastUpdated: _lastUpdated, versionId: _versionId, ...kept } = meta;
  return Object.keys(kept).length === 0 ? rest : { ...rest, meta: kept };
}

/** In the place of a copy: an object puts what looks like an index first, and `__proto__` nowhere. */
const UNORDERED = Symbol('unordered');

/** A copy of `value` with all keys in order. */
function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return value;
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) {
      const ordered = inOrder(item);
      if (ordered === UNORDERED) return UNORDERED;
      items.push(ordered);
    }
    return items;
  }
  const keys = Object.keys(value);
  // What looks like an index is the first of an object's own keys.
  if (isDigit(keys[0])) return UNORDERED;
  sort(keys);
  const copy: Record<string, unknown> = {};
  for (const key of keys) {
    const member = key === '__proto__' ? UNORDERED : inOrder((value as JsonObject)[key]);
    if (member === UNORDERED) return UNORDERED;
    copy[key] = member;
  }
  return copy;
}

/** Up to here by insertion: most objects have a handful of keys, on which `Array.sort` spends more before it begins. */
const INSERTED_KEYS_MAX = 16;

function sort(keys: string[]): void {
  if (keys.length > INSERTED_KEYS_MAX) {
    keys.sort();
    return;
  }
  for (let i = 1; i < keys.length; i += 1) {
    const key = keys[i]!;
    let at = i;
    for (; at > 0 && keys[at - 1]! > key; at -= 1) keys[at] = keys[at - 1]!;
    keys[at] = key;
  }
}

function isDigit(key = ''): boolean {
  const code = key.charCodeAt(0);
  return code >= 0x30 && code <= 0x39;
}
