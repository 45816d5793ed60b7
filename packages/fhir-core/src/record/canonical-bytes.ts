/**
 * The canonical form of an event (`canonical.ts`) out of the bytes of its own text, without an object or a string being
 * made: it is looked over once for where members stand, and copied once, in their order. The same to the byte.
 *
 * What it can't do it leaves: an event that is large, and one with a key that is more than letters, digits and `_`, whose
 * order in UTF-8 may be another than in UTF-16. No valid event has such a key.
 */

import { isKeyAt, keyBytes } from './json-key.ts';

/** Larger events are rare, and what is kept for them would stay. */
const BYTES_MAX = 16 * 1024;
/** A member takes five bytes at least, an object two. */
const PLACES_MAX = BYTES_MAX / 2;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const BRACKET = 0x5b;
const BRACKET_END = 0x5d;
const BRACE = 0x7b;
const BRACE_END = 0x7d;

/** 1 for what a key may have: letters, digits and `_`. */
const IN_KEY = new Uint8Array(256);
for (const character of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_') {
  IN_KEY[character.charCodeAt(0)] = 1;
}

const ID = keyBytes('id');
const META = keyBytes('meta');
const LAST_UPDATED = keyBytes('lastUpdated');
const VERSION_ID = keyBytes('versionId');

/** The event that is at work, and its form. Kept from one to the next, so that none makes garbage. */
let text: Uint8Array = new Uint8Array(0);
let at = 0;
const form = new Uint8Array(BYTES_MAX);
let formEnd = 0;

/** The objects in the order in which they open: from where to where, and how many have opened before it ends. */
const objectStart = new Int32Array(PLACES_MAX);
const objectEnd = new Int32Array(PLACES_MAX);
const objectsWithin = new Int32Array(PLACES_MAX);
/** Of an object that is written anew: its members in `order`; -1 for one that stays as it is. */
const orderStart = new Int32Array(PLACES_MAX);
const orderEnd = new Int32Array(PLACES_MAX);
let objects = 0;

/** The members of the objects that are open, each from its key to its comma, and how many objects opened before it. */
const memberStart = new Int32Array(PLACES_MAX);
const memberEnd = new Int32Array(PLACES_MAX);
const memberObjects = new Int32Array(PLACES_MAX);
let members = 0;

/** Members as they are to be written, in threes: start, end, objects before. */
const order = new Int32Array(3 * PLACES_MAX);
let orders = 0;

/**
 * The UTF-8 of the canonical form of the event whose JSON is `event`: as `JSON.stringify` writes it, numbers aside, no key
 * twice. It is good until the next call. Undefined where it has to be made in another way.
 */
export function canonicalBytes(event: Uint8Array): Uint8Array | undefined {
  if (event.length > BYTES_MAX || event[0] !== BRACE) return undefined;
  text = event;
  at = formEnd = objects = members = orders = 0;
  if (!scanObject('event')) return undefined;
  write(0, event.length, 0);
  return form.subarray(0, formEnd);
}

/** What an object is of the event's: two have members that are the server's. */
type Part = 'event' | 'meta' | 'other';

/** Looks over the object at `at`. False where it has a key that is left. */
function scanObject(part: Part): boolean {
  const object = objects++;
  const first = members;
  let isAsItIs = true;
  objectStart[object] = at;
  at += 1;
  while (text[at] !== BRACE_END) {
    const start = at;
    const before = objects;
    if (!scanKey()) return false;
    const ofMeta = part === 'event' && isKeyAt(text, start, META);
    const value = at;
    if (!scanValue(ofMeta ? 'meta' : 'other')) return false;
    if (isServers(part, start) || (ofMeta && isEmpty(value, before))) isAsItIs = false;
    else {
      if (members > first && !isBefore(memberStart[members - 1]!, start)) isAsItIs = false;
      memberStart[members] = start;
      memberEnd[members] = at;
      memberObjects[members] = before;
      members += 1;
    }
    if (text[at] === COMMA) at += 1;
  }
  at += 1;
  objectEnd[object] = at;
  objectsWithin[object] = objects;
  orderStart[object] = isAsItIs ? -1 : orders;
  if (!isAsItIs) putInOrder(first);
  orderEnd[object] = orders;
  members = first;
  return true;
}

/** Whether of the object at `value`, the `object`th, nothing is left to be written. */
function isEmpty(value: number, object: number): boolean {
  if (text[value] !== BRACE) return false;
  return objectEnd[object] === value + 2 || orderStart[object] === orderEnd[object];
}

function scanValue(part: Part): boolean {
  const byte = text[at];
  if (byte === QUOTE) scanString();
  else if (byte === BRACE) return scanObject(part);
  else if (byte === BRACKET) return scanArray();
  else scanWord();
  return true;
}

function scanArray(): boolean {
  at += 1;
  while (text[at] !== BRACKET_END) {
    if (!scanValue('other')) return false;
    if (text[at] === COMMA) at += 1;
  }
  at += 1;
  return true;
}

/** A key with its colon. */
function scanKey(): boolean {
  const bytes = text;
  let end = at + 1;
  while (IN_KEY[bytes[end]!] === 1) end += 1;
  at = end + 2;
  return bytes[end] === QUOTE;
}

function scanString(): void {
  const bytes = text;
  let end = at + 1;
  for (let byte = bytes[end]; byte !== QUOTE; byte = bytes[end]) end += byte === BACKSLASH ? 2 : 1;
  at = end + 1;
}

/** A number, `true`, `false`, `null`. */
function scanWord(): void {
  const bytes = text;
  let end = at + 1;
  for (let byte = bytes[end]; byte !== COMMA && byte !== BRACE_END && byte !== BRACKET_END; byte = bytes[end])
    end += 1;
  at = end;
}

/** The members from `first` on in the order of their keys. By insertion: few objects have more than a handful. */
function putInOrder(first: number): void {
  const begin = orders;
  for (let member = first; member < members; member += 1) {
    const start = memberStart[member]!;
    let to = orders;
    for (; to > begin && !isBefore(order[to - 3]!, start); to -= 3) {
      order[to] = order[to - 3]!;
      order[to + 1] = order[to - 2]!;
      order[to + 2] = order[to - 1]!;
    }
    order[to] = start;
    order[to + 1] = memberEnd[member]!;
    order[to + 2] = memberObjects[member]!;
    orders += 3;
  }
}

/** Writes what stands from `start` to `end`, in which `first` is the first object that opens. */
function write(start: number, end: number, first: number): void {
  let from = start;
  for (let object = first; object < objects && objectStart[object]! < end; ) {
    const begin = orderStart[object]!;
    if (begin < 0) {
      object += 1;
      continue;
    }
    copy(from, objectStart[object]! + 1);
    const last = orderEnd[object]! - 3;
    for (let member = begin; member <= last; member += 3) {
      write(order[member]!, order[member + 1]!, order[member + 2]!);
      if (member < last) form[formEnd++] = COMMA;
    }
    from = objectEnd[object]! - 1;
    object = objectsWithin[object]!;
  }
  copy(from, end);
}

/** One by one: to ask for it takes a view of what is to be copied, which costs as much as 300 bytes do. */
function copy(start: number, end: number): void {
  const bytes = text;
  const shift = formEnd - start;
  for (let i = start; i < end; i += 1) form[i + shift] = bytes[i]!;
  formEnd = end + shift;
}

/** Whether the key at `one` comes before that at `other`, which is not the same; a quote is before all that they may have. */
function isBefore(one: number, other: number): boolean {
  const bytes = text;
  let i = 1;
  while (bytes[one + i] === bytes[other + i]) i += 1;
  return bytes[one + i]! < bytes[other + i]!;
}

function isServers(part: Part, start: number): boolean {
  if (part === 'other') return false;
  if (part === 'event') return isKeyAt(text, start, ID);
  return isKeyAt(text, start, LAST_UPDATED) || isKeyAt(text, start, VERSION_ID);
}
