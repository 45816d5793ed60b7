/**
 * R4's dates as intervals of microseconds, by counting days (http://hl7.org/fhir/R4/search.html#date): a date stands
 * for all of the time that its precision leaves open, an instant in an event for a point.
 */
import type { Prefix } from '@auditbox/fhir-core';

type Interval = { readonly from: bigint; readonly before: bigint };

const SECOND = 1_000_000n;
const MINUTE = 60n * SECOND;
const DAY = 24n * 60n * MINUTE;

/** The point of an R4 instant. */
export function pointOf(instant: string): bigint {
  return intervalOf(instant).from;
}

/** The interval of an R4 date, dateTime or instant; without a zone it is UTC. */
export function intervalOf(text: string): Interval {
  const [day = '', time] = text.split('T');
  const [year = 0, month, dayOfMonth] = day.split('-').map(Number);
  if (month === undefined)
    return { from: dayNumber(year, 1, 1) * DAY, before: dayNumber(year + 1, 1, 1) * DAY };
  if (dayOfMonth === undefined) {
    const next: [number, number] = month === 12 ? [year + 1, 1] : [year, month + 1];
    return { from: dayNumber(year, month, 1) * DAY, before: dayNumber(...next, 1) * DAY };
  }
  const midnight = dayNumber(year, month, dayOfMonth) * DAY;
  if (time === undefined) return { from: midnight, before: midnight + DAY };

  const [, clock = '', zone = 'Z'] = /^([\d:.]+)(.*)$/.exec(time) ?? [];
  const [hour = '', minute = '', seconds] = clock.split(':');
  const at = midnight + (BigInt(hour) * 60n + BigInt(minute)) * MINUTE - eastOfUtc(zone);
  if (seconds === undefined) return { from: at, before: at + MINUTE };
  const [second = '', fraction] = seconds.split('.');
  const from = at + BigInt(second) * SECOND;
  if (fraction === undefined) return { from, before: from + SECOND };
  const micros = fraction.slice(0, 6);
  const width = 10n ** BigInt(6 - micros.length);
  return { from: from + BigInt(micros) * width, before: from + (BigInt(micros) + 1n) * width };
}

/** Whether `point` is what a search value asks for. */
export function isAt(point: bigint, prefix: Prefix, date: string, nowMs: number): boolean {
  const { from, before } = intervalOf(date);
  const within = point >= from && point < before;
  switch (prefix) {
    case 'eq':
      return within;
    case 'ne':
      return !within;
    case 'gt':
    case 'sa':
      return point >= before;
    case 'ge':
      return point >= before || within;
    case 'lt':
    case 'eb':
      return point < from;
    case 'le':
      return point < from || within;
    case 'ap': {
      const now = BigInt(nowMs) * 1000n;
      const away = now >= before ? now - before : now < from ? from - now : 0n;
      return point >= from - away / 10n && point < before + away / 10n;
    }
  }
}

function eastOfUtc(zone: string): bigint {
  if (zone === '' || zone === 'Z') return 0n;
  const [hours = '', minutes = ''] = zone.slice(1).split(':');
  const east = (BigInt(hours) * 60n + BigInt(minutes)) * MINUTE;
  return zone.startsWith('-') ? -east : east;
}

/** Days since 1970-01-01 in the Gregorian calendar, from the years and months before. */
function dayNumber(year: number, month: number, day: number): bigint {
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  const inYear = lengths.slice(0, month - 1).reduce((sum, length) => sum + length, 0) + day - 1;
  return BigInt(before * 365 + leapDays + inYear) - EPOCH_DAYS;
}

/** Days from 0001-01-01 to 1970-01-01. */
const EPOCH_DAYS = 719_162n;
