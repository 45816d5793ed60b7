/**
 * The id of an event: a UUIDv8 (RFC 9562, section 5.8) whose first 48 bits are the millisecond of `recorded`.
 *
 * The rest is either a digest of who sent the event and its content (so that a batch sent again lands on the
 * same ids), or random (an event without an id of its own). The id alone names the month, and so the index,
 * that holds the event: see `index-name.ts`.
 */

const MS_MAX = 2 ** 48 - 1;

/** The digits as UTF-16 code units. */
const HEX = Array.from({ length: 16 }, (_, digit) => digit.toString(16).charCodeAt(0));

/** Where the two digits of each byte stand in an id. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

const TIME_BYTES = 6;

/** How many bytes of a digest or of randomness an id takes. */
export const EVENT_ID_REST_BYTES = 10;

const EVENT_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * The id for an event recorded at `recordedMs` (milliseconds since 1970, clamped to 48 bits) with `rest`, of
 * which the first ten bytes count.
 */
export function eventId(recordedMs: number, rest: Uint8Array): string {
  const ms = Math.min(Math.max(Math.floor(recordedMs), 0), MS_MAX);
  const units = Array<number>(36).fill(0x2d /* - */);
  const write = (place: number, byte: number): void => {
    const at = PLACES[place]!;
    units[at] = HEX[byte >> 4]!;
    units[at + 1] = HEX[byte & 0x0f]!;
  };
  for (let place = 0; place < TIME_BYTES; place++) {
    write(place, Math.floor(ms / 2 ** (8 * (TIME_BYTES - 1 - place))) & 0xff);
  }
  for (let i = 0; i < EVENT_ID_REST_BYTES; i++) {
    let byte = rest[i] ?? 0;
    if (i === 0) byte = 0x80 | (byte & 0x0f); // version 8
    if (i === 2) byte = 0x80 | (byte & 0x3f); // variant 10
    write(TIME_BYTES + i, byte);
  }
  return String.fromCharCode(...units);
}

/** Whether `text` has the form of an id given by this repository. */
export function isEventId(text: string): boolean {
  return EVENT_ID.test(text);
}

/** The millisecond since 1970 that an id carries. `id` must be an event id. */
export function eventIdMs(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}
