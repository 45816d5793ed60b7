/** Period (R4): from a start to an end, either of them open. */
import { Type } from '@sinclair/typebox';
import { parseDateTime } from '../search/instant.ts';
import { element } from './element.ts';
import type { Invariant } from './invariant.ts';
import { DateTimeSchema } from './primitives.ts';

const HOUR_MICROS = 3_600_000_000n;
/** The zones of the world: a day begins 14 hours before it does in UTC at the earliest, and ends 12 hours after. */
const EARLIEST_MICROS = 14n * HOUR_MICROS;
const LATEST_MICROS = 12n * HOUR_MICROS;

/** Where precision or a missing zone leave it open which is earlier, the rule is not broken. */
const PER_1: Invariant = {
  key: 'per-1',
  must: 'have a start that is not after its end',
  holds: ({ start, end }) =>
    typeof start !== 'string' || typeof end !== 'string' || !isSurelyAfter(start, end),
};

export const PeriodSchema = element(
  'Period',
  { start: Type.Optional(DateTimeSchema), end: Type.Optional(DateTimeSchema) },
  [PER_1],
);

function isSurelyAfter(start: string, end: string): boolean {
  const [from, to] = [parseDateTime(start)?.from, parseDateTime(end)?.to];
  if (from === undefined || to === undefined) return false;
  const isZoned = [start, end].map((text) => text.includes('T'));
  if (isZoned[0] === isZoned[1]) return from > to || (from === to && fineDigits(start) > fineDigits(end));
  return isZoned[0] ? from > to + LATEST_MICROS : from - EARLIEST_MICROS > to;
}

/** The digits of a second below a microsecond, without zeros at their end: as text they compare as they count. */
function fineDigits(text: string): string {
  return /\.\d{6}(\d+)/.exec(text)?.[1]?.replace(/0+$/, '') ?? '';
}
