/**
 * Dates (search.html#date): each precision's interval, each prefix, each way to write a zone, against events around
 * the borders of seconds, leap days and years. An event is a point in time, a search value an interval.
 */
import { allBut, type Parts, type Row } from './row.ts';

const DAY_MS = 86_400_000;
const now = Date.now();
const daysAgo = (days: number) => new Date(now - days * DAY_MS).toISOString();

export const DATE_EVENTS: Parts = {
  second: { recorded: '2019-05-05T10:00:00Z' },
  microsecond: { recorded: '2019-05-05T10:00:00.1234569Z' },
  millisecond: { recorded: '2019-05-05T10:00:00.500Z' },
  later: { recorded: '2019-05-05T12:00:01+02:00' },
  evening: { recorded: '2019-05-05T23:30:00-02:00' },
  'before-leap-day': { recorded: '2020-02-28T23:59:59Z' },
  'leap-day': { recorded: '2020-02-29T23:59:59.999Z' },
  march: { recorded: '2020-03-01T00:00:00Z' },
  'year-end': { recorded: '2021-12-31T23:59:59.999999Z' },
  'new-year': { recorded: '2022-01-01T00:00:00Z' },
  'new-year-east': { recorded: '2022-01-01T00:30:00+14:00' },
  'new-year-west': { recorded: '2021-12-31T20:00:00-05:00' },
  'before-epoch': { recorded: '1969-12-31T23:59:59.999Z' },
  'first-year': { recorded: '0001-01-01T00:00:00Z' },
  'before-the-first': { recorded: '0001-01-01T00:00:00+14:00' },
  'last-year': { recorded: '9999-12-31T23:59:59.999Z' },
  'after-the-last': { recorded: '9999-12-31T23:59:59.999-12:00' },
  'ten-days-ago': { recorded: daysAgo(10) },
};

const AT_TEN = ['second', 'microsecond', 'millisecond'];
const ON_5_MAY = [...AT_TEN, 'later'];
const OF_2019 = [...ON_5_MAY, 'evening'];
const OF_2020 = ['before-leap-day', 'leap-day', 'march'];
const OF_2021 = ['year-end', 'new-year-east'];
const OF_2022 = ['new-year', 'new-year-west'];
const BEFORE_2010 = ['before-epoch', 'first-year', 'before-the-first'];
/** After 2022, however late the test runs. */
const LATE = ['ten-days-ago', 'last-year', 'after-the-last'];
const FROM_2019 = [...OF_2019, ...OF_2020, ...OF_2021, ...OF_2022, ...LATE];

export const DATE_ROWS: readonly Row[] = [
  // Every precision is an interval.
  ['date=2019', OF_2019],
  ['date=2019-05', OF_2019],
  ['date=2019-05-05', ON_5_MAY],
  ['date=2019-05-06', ['evening']],
  ['date=2019-05-05T10:00Z', ON_5_MAY],
  ['date=2019-05-05T10:00', ON_5_MAY],
  ['date=2019-05-05T10:00:00Z', AT_TEN],
  ['date=2019-05-05T10:00:00', AT_TEN],
  ['date=2019-05-05T10:00:01Z', ['later']],
  ['date=2019-05-05T10:00:02Z', []],
  ['date=2019-05-05T10:00:00.0Z', ['second']],
  ['date=2019-05-05T10:00:00.000Z', ['second']],
  ['date=2019-05-05T10:00:00.5Z', ['millisecond']],
  ['date=2019-05-05T10:00:00.500Z', ['millisecond']],
  ['date=2019-05-05T10:00:00.500000Z', ['millisecond']],
  ['date=2019-05-05T10:00:00.1Z', ['microsecond']],
  ['date=2019-05-05T10:00:00.12Z', ['microsecond']],
  ['date=2019-05-05T10:00:00.123Z', ['microsecond']],
  ['date=2019-05-05T10:00:00.123456Z', ['microsecond']],
  ['date=2019-05-05T10:00:00.123457Z', []],
  ['date=2019-05-05T10:00:00.1234567Z', ['microsecond']],
  ['date=eq2019-05-05T10:00:00Z', AT_TEN],

  // A zone moves the interval; a `+` that was not escaped has become a blank.
  ['date=2019-05-05T12:00:00%2B02:00', AT_TEN],
  ['date=2019-05-05T12:00:00+02:00', AT_TEN],
  ['date=2019-05-05T12:00:00 02:00', AT_TEN],
  ['date=2019-05-05T12:00+02:00', ON_5_MAY],
  ['date=2019-05-05T05:00:01-05:00', ['later']],
  ['date=2019-05-06T00:00:00%2B14:00', AT_TEN],
  ['date=ge2019-05-05T12:00:01%2B02:00&date=lt2020', ['later', 'evening']],

  // After, before, and everything but.
  ['date=ne2019', allBut(...OF_2019)],
  ['date=ne2019-05-05T10:00:00Z&date=2019', ['later', 'evening']],
  ['date=ne2019-05-05T10:00:00.500Z&date=2019-05-05', ['second', 'microsecond', 'later']],
  ['date=gt2019-05-05T10:00:00Z&date=2019', ['later', 'evening']],
  ['date=gt2019-05-05T10:00:00.123Z&date=2019-05-05', ['millisecond', 'later']],
  ['date=gt2019-05-05T10:00:00.500Z&date=2019-05-05', ['later']],
  ['date=gt2019-05-05&date=2019', ['evening']],
  ['date=sa2019-05-05T10:00:00.500Z&date=2019-05-05', ['later']],
  ['date=sa2019-05-05T10:00Z&date=2019', ['evening']],
  ['date=ge2019-05-05T10:00:00.500Z&date=2019-05-05', ['millisecond', 'later']],
  ['date=ge2019-05-05T10:00:00.501Z&date=2019-05-05', ['later']],
  ['date=ge2019-05-05&date=2019', OF_2019],
  ['date=lt2019-05-05T10:00:00.500Z&date=2019', ['second', 'microsecond']],
  ['date=lt2019-05-05T10:00:00Z&date=2019', []],
  ['date=eb2019-05-05T10:00:00.500Z&date=2019', ['second', 'microsecond']],
  ['date=eb2019-05-05&date=2019', []],
  ['date=le2019-05-05T10:00:00.500Z&date=2019', AT_TEN],
  ['date=le2019-05-05T10:00:00Z&date=2019', AT_TEN],
  ['date=le2019-05-05&date=2019', ON_5_MAY],
  ['date=lt2010', BEFORE_2010],
  ['date=lt1970', BEFORE_2010],
  ['date=le1969', BEFORE_2010],
  ['date=eb1969', ['first-year', 'before-the-first']],
  ['date=ge2019', FROM_2019],
  ['date=gt2018', FROM_2019],
  ['date=sa2018', FROM_2019],
  ['date=gt2022', LATE],
  ['date=ge2022', [...OF_2022, ...LATE]],
  ['date=lt2019', allBut(...FROM_2019)],

  // Leap days and ends of years.
  ['date=2020-02', ['before-leap-day', 'leap-day']],
  ['date=2020-02-28', ['before-leap-day']],
  ['date=2020-02-29', ['leap-day']],
  ['date=2020-03', ['march']],
  ['date=gt2020-02&date=2020', ['march']],
  ['date=2020-02-29T23:59:59Z', ['leap-day']],
  ['date=2021', OF_2021],
  ['date=2022', OF_2022],
  ['date=2021-12-31', OF_2021],
  ['date=2022-01-01', OF_2022],
  ['date=2022-01-01T00:00Z', ['new-year']],
  ['date=2021-12-31T23:59:59.999Z', ['year-end']],
  ['date=le2021&date=ge2021', OF_2021],
  ['date=2021-12-31T10:30:00Z', ['new-year-east']],

  // The ends of what can be written.
  ['date=0001', ['first-year']],
  ['date=0001-01-01T00:00:00Z', ['first-year']],
  ['date=gt0001&date=lt2010', ['before-epoch']],
  ['date=ge0001', allBut('before-the-first')],
  ['date=lt0001', ['before-the-first']],
  ['date=0001-01-01T00:00:00%2B14:00', ['before-the-first']],
  ['date=lt0001-01-01T00:00:00%2B14:00', []],
  ['date=1969-12-31', ['before-epoch']],
  ['date=9999', ['last-year']],
  ['date=gt9999', ['after-the-last']],
  ['date=le9999', allBut('after-the-last')],
  ['date=9999-12-31T23:59:59.999-12:00', ['after-the-last']],
  ['date=gt9999-12-31T23:59:59.999-12:00', []],
  ['date=9999-12-31T23:59:59.999Z', ['last-year']],
  ['date=lt9999-12-31T23:59:59.999Z&date=ge9999', []],

  // Commas are OR, repeats are AND.
  ['date=2019-05-06,2020-02-29', ['evening', 'leap-day']],
  ['date=lt1970,2020-03', [...BEFORE_2010, 'march']],
  ['date=ge2020-02-29&date=le2020-03-01', ['leap-day', 'march']],
  ['date=2019&date=2020', []],
  ['date=ne2019,ne2020', allBut()],
  ['date=,2019', OF_2019],
  ['date:missing=true', []],
  ['date:missing=false', allBut()],

  // About: a tenth of the time between then and now on either side.
  [`date=ap${daysAgo(10)}`, ['ten-days-ago']],
  [`date=ap${daysAgo(10.5)}`, ['ten-days-ago']],
  [`date=ap${daysAgo(9.5)}`, ['ten-days-ago']],
  [`date=ap${daysAgo(12)}`, []],
  [`date=ap${daysAgo(8.5)}`, []],
  ['date=ap2019-06-01&date=2019', OF_2019],
  ['date=ap2017-01-01&date=2019', []],
];
