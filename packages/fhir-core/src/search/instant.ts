/**
 * Dates and times as ranges of microseconds. R4: what is searched for stands for the whole interval that its precision
 * leaves open (`2025-01` is all of January); of an instant in an event only the beginning counts, as it has no width.
 */

const LEAP_SECOND = 60;

/** Microseconds since 1970-01-01T00:00:00Z, both ends included. */
export type MicrosRange = { readonly from: bigint; readonly to: bigint };

const DATE_TIME =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;

/**
 * The interval that an R4 date, dateTime or instant stands for, or undefined where `text` is none of them. A
 * time without a zone is read as UTC. Beyond microseconds digits are cut off. A leap second (`:60`) is the last
 * microsecond of the second before, so that it is within its minute, its day and its year.
 */
export function parseDateTime(text: string): MicrosRange | undefined {
  const ms = usualMs(text);
  if (ms === undefined) return parseAny(text);
  const from = BigInt(ms) * 1000n;
  return { from, to: from + 999n };
}

/** The millisecond in which the interval of `text` begins, or undefined where it stands for none: `startMs` of it. */
export function startMsOf(text: string): number | undefined {
  const ms = usualMs(text);
  if (ms !== undefined) return ms;
  const range = parseAny(text);
  return range && startMs(range);
}

const USUAL = '2026-01-16T16:03:16.000Z';
/** Before it `Date.UTC` counts otherwise. */
const YEAR_MIN = 100;
/** Every month has so many days. */
const DAYS_MIN = 28;

/**
 * The milliseconds of an instant as servers write it, to the millisecond and in UTC: ten times as fast as the expression.
 * Undefined for what is written in another way, what is no instant, and a leap second.
 */
function usualMs(text: string): number | undefined {
  if (text.length !== USUAL.length) return undefined;
  const [y, mo, d] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)];
  const [h, mi, s] = [digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19)];
  const ms = digits(text, 20, 23);
  const isDate = y >= YEAR_MIN && mo >= 1 && mo <= 12 && d >= 1 && (d <= DAYS_MIN || d <= daysIn(y, mo));
  const isTime = h >= 0 && h <= 23 && mi >= 0 && mi <= 59 && s >= 0 && s < LEAP_SECOND && ms >= 0;
  return isDate && isTime && isPunctuated(text) ? Date.UTC(y, mo - 1, d, h, mi, s, ms) : undefined;
}

/** The number that the digits from `start` to `end` are; -1 where others stand among them. */
function digits(text: string, start: number, end: number): number {
  let number = 0;
  for (let at = start; at < end; at += 1) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

/** Whether `text` has the signs of `USUAL` in their places. */
function isPunctuated(text: string): boolean {
  return (
    text.charCodeAt(4) === 0x2d /* - */ &&
    text.charCodeAt(7) === 0x2d &&
    text.charCodeAt(10) === 0x54 /* T */ &&
    text.charCodeAt(13) === 0x3a /* : */ &&
    text.charCodeAt(16) === 0x3a &&
    text.charCodeAt(19) === 0x2e /* . */ &&
    text.charCodeAt(23) === 0x5a /* Z */
  );
}

function parseAny(text: string): MicrosRange | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const [y, mo, d] = [Number(year), Number(month ?? 1), Number(day ?? 1)];
  const [h, mi, s] = [Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)];
  if (y < 1 || mo < 1 || mo > 12 || d < 1 || d > daysIn(y, mo) || h > 23 || mi > 59 || s > LEAP_SECOND)
    return undefined;
  const offsetMinutes = zoneMinutes(zone);
  if (offsetMinutes === undefined) return undefined;

  const at = (year: number, month: number, day: number, minute: number, second: number): bigint =>
    BigInt(utcMs(year, month, day) + (minute - offsetMinutes) * 60_000 + second * 1000) * 1000n;
  const minuteOfDay = h * 60 + mi;
  if (month === undefined) return { from: at(y, 1, 1, 0, 0), to: at(y + 1, 1, 1, 0, 0) - 1n };
  if (day === undefined) return { from: at(y, mo, 1, 0, 0), to: at(y, mo + 1, 1, 0, 0) - 1n };
  if (hour === undefined) return { from: at(y, mo, d, 0, 0), to: at(y, mo, d + 1, 0, 0) - 1n };
  if (s === LEAP_SECOND) {
    const last = at(y, mo, d, minuteOfDay, s) - 1n;
    return { from: last, to: last };
  }
  const from = at(y, mo, d, minuteOfDay, s);
  if (second === undefined) return { from, to: from + 60_000_000n - 1n };
  if (fraction === undefined) return { from, to: from + 1_000_000n - 1n };
  const digits = fraction.slice(0, 6);
  const unit = 10n ** BigInt(6 - digits.length);
  const exact = from + BigInt(digits) * unit;
  return { from: exact, to: exact + unit - 1n };
}

/** The millisecond in which an interval begins. */
export function startMs(range: MicrosRange): number {
  return Number(range.from / 1000n) - (range.from % 1000n < 0n ? 1 : 0);
}

/** The range widened by a tenth of its distance from `nowMs` (R4 search.html#prefix, `ap`). */
export function approximately(range: MicrosRange, nowMs: number): MicrosRange {
  const now = BigInt(Math.floor(nowMs)) * 1000n;
  const gap = now > range.to ? now - range.to : range.from - now;
  const margin = gap > 0n ? gap / 10n : 0n;
  return { from: range.from - margin, to: range.to + margin };
}

/** `Date.UTC`, also for the years 1 to 99 and for month 13 and day 32. */
function utcMs(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day);
}

function daysIn(year: number, month: number): number {
  return new Date(utcMs(year, month + 1, 0)).getUTCDate();
}

/** Minutes east of UTC; R4 allows up to 14 hours. */
function zoneMinutes(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (minutes > 59 || hours * 60 + minutes > 14 * 60) return undefined;
  return (zone[0] === '-' ? -1 : 1) * (hours * 60 + minutes);
}
