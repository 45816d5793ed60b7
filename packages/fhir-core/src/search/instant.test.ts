import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDateTime, startMs, startMsOf } from './instant.ts';

const micros = (iso: string) => BigInt(Date.parse(iso)) * 1000n;

describe('parseDateTime', () => {
  it.each([
    ['2025', '2025-01-01T00:00:00Z', '2026-01-01T00:00:00Z'],
    ['2025-12', '2025-12-01T00:00:00Z', '2026-01-01T00:00:00Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z', '2024-03-01T00:00:00Z'],
    ['2025-01-31T10:30', '2025-01-31T10:30:00Z', '2025-01-31T10:31:00Z'],
    ['2025-01-31T10:30Z', '2025-01-31T10:30:00Z', '2025-01-31T10:31:00Z'],
    ['2025-01-31T10:30:15+02:00', '2025-01-31T08:30:15Z', '2025-01-31T08:30:16Z'],
    ['2025-01-31T10:30:15.5Z', '2025-01-31T10:30:15.5Z', '2025-01-31T10:30:15.6Z'],
    ['0001-01-01', '0001-01-01T00:00:00Z', '0001-01-02T00:00:00Z'],
    ['9999', '9999-01-01T00:00:00Z', '+010000-01-01T00:00:00Z'],
  ])('%s stands for the interval that its precision leaves open', (text, from, end) => {
    expect(parseDateTime(text)).toEqual({ from: micros(from), to: micros(end) - 1n });
  });

  it('reads an instant in UTC as it reads the same with an offset of nothing', () => {
    const two = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'));
    const year = fc.constantFrom('0000', '0001', '0099', '1969', '1970', '2024', '2026', '9999');
    const time = fc.tuple(
      year,
      two(13),
      two(32),
      two(25),
      two(60),
      two(61),
      fc.constantFrom('000', '001', '999'),
    );
    fc.assert(
      fc.property(time, ([y, mo, d, h, mi, s, ms]) => {
        const text = `${y}-${mo}-${d}T${h}:${mi}:${s}.${ms}`;
        expect(parseDateTime(`${text}Z`)).toEqual(parseDateTime(`${text}+00:00`));
      }),
      { numRuns: 3000 },
    );
  });

  it('reads an instant in UTC with another character in it as it reads the same with an offset of nothing', () => {
    const written = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') });
    const place = fc.nat('2026-01-16T16:03:16.000'.length - 1);
    const other = fc.oneof(
      fc.constantFrom(...'0123456789-:.TZ+ /;'),
      fc.string({ unit: 'binary', maxLength: 1 }),
    );
    fc.assert(
      fc.property(written, place, other, (date, at, character) => {
        const plain = date.toISOString().slice(0, -1);
        const text = `${plain.slice(0, at)}${character}${plain.slice(at + 1)}`;
        expect(parseDateTime(`${text}Z`)).toEqual(parseDateTime(`${text}+00:00`));
      }),
      { numRuns: 3000 },
    );
  });

  it('keeps microseconds and cuts what is below', () => {
    const start = micros('2025-01-31T10:30:15Z');
    expect(parseDateTime('2025-01-31T10:30:15.123456Z')).toEqual({
      from: start + 123456n,
      to: start + 123456n,
    });
    expect(parseDateTime('2025-01-31T10:30:15.123456789Z')).toEqual({
      from: start + 123456n,
      to: start + 123456n,
    });
  });

  it.each([
    '',
    '25',
    '2025-13',
    '2025-02-29',
    '2025-04-31',
    '2025-01-31T24:00Z',
    '2025-01-31T10',
    '2025-01-31T10:60Z',
    '2025-01-31T10:30:61Z',
    '2025-01-31T10:30:00+15:00',
    '0000-01-01',
    '2025-1-1',
    ' 2025',
    '2025-01-31 10:30',
  ])('refuses %j', (text) => expect(parseDateTime(text)).toBeUndefined());

  it('agrees with Date on every millisecond instant', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          const range = parseDateTime(date.toISOString());
          expect(range?.from).toBe(BigInt(date.getTime()) * 1000n);
          expect(range === undefined ? undefined : startMs(range)).toBe(date.getTime());
        },
      ),
    );
  });
});

describe('a leap second', () => {
  // It was the first second of the next year: date=2016 did not find what 2016 ended with.
  it('is the last moment of its minute, its day and its year', () => {
    const end = micros('2017-01-01T00:00:00Z') - 1n;
    expect(parseDateTime('2016-12-31T23:59:60Z')).toEqual({ from: end, to: end });
    expect(parseDateTime('2016-12-31T23:59:60.5Z')).toEqual({ from: end, to: end });
  });
});

describe('startMsOf', () => {
  it.each([
    '2026-01-16T16:03:16.123Z',
    '2024-02-29T23:59:59.999Z',
    '2023-02-29T00:00:00.000Z',
    '0099-01-01T00:00:00.000Z',
    '0000-01-01T00:00:00.000Z',
    '1969-12-31T23:59:59.9999Z',
    '2016-12-31T23:59:60.000Z',
    '2026-01-16T16:03:16+02:00',
    '2026-01',
    'never',
    '',
  ])('of %s is the beginning of its interval', (text) => {
    const range = parseDateTime(text);
    expect(startMsOf(text)).toBe(range && startMs(range));
  });
});
