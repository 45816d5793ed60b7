/**
 * The regular expressions of R4's dates and times, narrowed to days that exist: R4 says "Dates SHALL be valid
 * dates", and its own expressions let 2026-02-30 pass. Leap years are Gregorian.
 *
 * Seconds may be 60 in any minute: R4 allows leap seconds, and which minutes had one is a table that grows.
 */

/** Years 0001 to 9999, as R4 writes them. */
const YEAR = '(?:[0-9](?:[0-9](?:[0-9][1-9]|[1-9]0)|[1-9]00)|[1-9]000)';
/** Divisible by 4 and not by 100, or divisible by 400; not 0000. */
const LEAP_YEAR = '(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)';

const DAY_OF_ANY_YEAR =
  '(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))';

const DAY = `(?:${YEAR}-${DAY_OF_ANY_YEAR}|${LEAP_YEAR}-02-29)`;
const MONTH = `${YEAR}-(?:0[1-9]|1[0-2])`;
const TIME = '(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\\.[0-9]+)?';
const ZONE = '(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))';

export const DATE_PATTERN = `^(?:${DAY}|${MONTH}|${YEAR})$`;
export const DATE_TIME_PATTERN = `^(?:${DAY}(?:T${TIME}${ZONE})?|${MONTH}|${YEAR})$`;
export const INSTANT_PATTERN = `^${DAY}T${TIME}${ZONE}$`;
export const TIME_PATTERN = `^${TIME}$`;
