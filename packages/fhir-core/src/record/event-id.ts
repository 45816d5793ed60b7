/**
 * The id of an event: a UUIDv8 (RFC 9562, section 5.8) whose first 48 bits are the millisecond of `recorded`.
 *
 * The rest is either a digest of who sent the event and its content (so that a batch sent again lands on the
 * same ids), or random (an event without an id of its own). The id alone names the month, and so the index,
 * that holds the event: see `index-name.ts`.
 */

const MS_MAX = 2 ** 48 - 1;

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** How many bytes of a digest or of randomness an id takes. */
export const EVENT_ID_REST_BYTES = 10;

const EVENT_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * The id for an event recorded at `recordedMs` (milliseconds since 1970, clamped to 48 bits) with `rest`, of
 * which the first ten bytes count.
 */
export function eventId(recordedMs: number, rest: Uint8Array): string {
  const ms = Math.min(Math.max(Math.floor(recordedMs), 0), MS_MAX);
  const time = ms.toString(16).padStart(12, '0');
  let tail = '';
  for (let i = 0; i < EVENT_ID_REST_BYTES; i++) {
    let byte = rest[i] ?? 0;
    if (i === 0) byte = 0x80 | (byte & 0x0f); // version 8
    if (i === 2) byte = 0x80 | (byte & 0x3f); // variant 10
    tail += HEX[byte];
  }
  return `${time.slice(0, 8)}-${time.slice(8)}-${tail.slice(0, 4)}-${tail.slice(4, 8)}-${tail.slice(8)}`;
}

/** Whether `text` has the form of an id given by this repository. */
export function isEventId(text: string): boolean {
  return EVENT_ID.test(text);
}

/** The millisecond since 1970 that an id carries. `id` must be an event id. */
export function eventIdMs(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}
