import type { TSchema } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { describe, expect, test } from 'vitest';
import * as primitives from './primitives.ts';

type Cases = { readonly accepts: readonly unknown[]; readonly refuses: readonly unknown[] };

/** Each type also refuses these. `{}` and `[]` are no primitives; R4 has no empty strings and no null. */
const NEVER: readonly unknown[] = ['', null, {}, [], undefined];

const CASES: Record<string, Cases> = {
  BooleanSchema: { accepts: [true, false], refuses: ['true', 0] },
  StringSchema: {
    accepts: ['a', ' padded ', 'no\u00a0break', '\u0000', 'x'.repeat(1024 * 1024)],
    refuses: [1, true, 'x'.repeat(1024 * 1024 + 1)],
  },
  MarkdownSchema: { accepts: ['# a\n\nb'], refuses: [1] },
  XhtmlSchema: {
    accepts: ['<div xmlns="http://www.w3.org/1999/xhtml">a</div>'],
    refuses: [
      1,
      'a',
      '<div>a</div>',
      `<div xmlns="http://www.w3.org/1999/xhtml">${'a'.repeat(1024 * 1024)}</div>`,
    ],
  },
  InstantSchema: {
    accepts: [
      '2026-01-31T09:30:00Z',
      '2024-02-29T00:00:00Z',
      '2000-02-29T00:00:00Z',
      '2026-12-31T23:59:60Z',
      '2026-01-31T09:30:00.123456789012345678901234567890+14:00',
      '0001-01-01T00:00:00-13:59',
      '9999-12-31T23:59:59.999Z',
    ],
    refuses: [
      '2026-02-30T00:00:00Z',
      '2025-02-29T00:00:00Z',
      '1900-02-29T00:00:00Z',
      '0000-02-29T00:00:00Z',
      '0000-01-01T00:00:00Z',
      '2026-04-31T00:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-00-01T00:00:00Z',
      '2026-01-00T00:00:00Z',
      '2026-01-31T24:00:00Z',
      '2026-01-31T09:60:00Z',
      '2026-01-31T09:30:61Z',
      '2026-01-31T09:30:00+14:01',
      '2026-01-31T09:30:00',
      '2026-01-31T09:30Z',
      '2026-01-31T09:30:00.Z',
      '2026-01-31t09:30:00z',
      '2026-01-31',
      ' 2026-01-31T09:30:00Z',
      '2026-01-31T09:30:00Z\n',
      1769851800,
    ],
  },
  DateTimeSchema: {
    accepts: ['2026', '2026-01', '2026-01-31', '2026-01-31T09:30:00Z', '2026-01-31T09:30:00.1-05:00'],
    refuses: ['2026-02-30', '2026-1', '2026-01-31T09:30:00', '2026-01T09:30:00Z', '26', 2026],
  },
  DateSchema: {
    accepts: ['2026', '2026-01', '2026-01-31', '2024-02-29'],
    refuses: ['2026-02-29', '2026-01-31T09:30:00Z', '2026-00', 2026],
  },
  UriSchema: {
    accepts: [
      'http://example.org/a?b#c',
      'urn:uuid:00000000-0000-4000-8000-000000000000',
      'Client/x',
      'a\u00a0b',
    ],
    refuses: ['http://example.org/a b', ' ', 'a\n', 5],
  },
  UrlSchema: { accepts: ['https://example.org'], refuses: ['a b'] },
  CanonicalSchema: { accepts: ['http://example.org/profile|1.0'], refuses: ['a b'] },
  OidSchema: {
    accepts: ['urn:oid:1.2.3', 'urn:oid:0.0', 'urn:oid:2.16.840.1.113883'],
    refuses: [
      'urn:oid:1',
      'urn:oid:3.1',
      'urn:oid:1.02',
      'urn:oid:1.',
      'urn:oid:1..2',
      'urn:oid:1.a',
      '1.2.3',
    ],
  },
  IdSchema: {
    accepts: ['a', 'A-z.0', 'x'.repeat(64)],
    refuses: ['x'.repeat(65), 'a_b', 'a/b', 'é', 'a\n', 7],
  },
  CodeSchema: {
    accepts: ['a', 'a b', 'a b c', '110153'],
    refuses: [' a', 'a ', 'a  b', 'a \tb', ' ', 'a\n', 110153],
  },
  Base64BinarySchema: {
    accepts: ['YQ==', 'YWJj', 'YWJj\r\nYWJj', ' YWJj ', 'YW++/w=='],
    refuses: ['YQ=', 'a', ' ', 'YW Jj', 'YW-_', 'YWJj!', 'YWJjY', 7],
  },
  PositiveIntSchema: { accepts: [1, 2147483647], refuses: [0, -1, 1.5, 2147483648, '1'] },
  IntegerSchema: {
    accepts: [0, -1, 2147483647, -2147483648],
    refuses: [1.5, 2147483648, -2147483649, '1', true],
  },
  DecimalSchema: { accepts: [0, -1.5, 1e21, 0.1], refuses: ['1.5', true] },
  TimeSchema: {
    accepts: ['00:00:00', '23:59:60', '09:30:00.125'],
    refuses: ['24:00:00', '09:30', '9:30:00', '09:30:00Z', '09:30:00.', 930],
  },
  UuidSchema: {
    accepts: ['urn:uuid:00000000-0000-4000-8000-00000000000a'],
    refuses: [
      'urn:uuid:00000000-0000-4000-8000-00000000000A',
      '00000000-0000-4000-8000-00000000000a',
      'urn:uuid:0000000000004000800000000000000a',
      'urn:uuid:00000000-0000-4000-8000-00000000000a ',
    ],
  },
  UnsignedIntSchema: { accepts: [0, 2147483647], refuses: [-1, 0.5, 2147483648, '0'] },
};

const schemas = Object.entries<unknown>(primitives).filter((entry): entry is [string, TSchema] => {
  return typeof entry[1] === 'object';
});

/** Long strings that a pattern has to walk through, by how they begin and what they repeat. */
const LONG: readonly [head: string, unit: string][] = [
  ['', 'a'],
  ['', 'a '],
  ['', 'YWJj\n'],
  ['urn:oid:1', '.1'],
  ['2026-01-31T09:30:00.', '0'],
];

test('every primitive has its cases', () => {
  expect(schemas.map(([name]) => name).sort()).toEqual(Object.keys(CASES).sort());
});

describe.each(schemas)('%s', (name, schema) => {
  const { accepts, refuses } = CASES[name] as Cases;
  const checker = TypeCompiler.Compile(schema);
  test.each(accepts.map(shown))('accepts %s', (_, value) => expect(checker.Check(value)).toBe(true));
  test.each([...refuses, ...NEVER].map(shown))('refuses %s', (_, value) => {
    expect(checker.Check(value)).toBe(false);
    expect(checker.Errors(value).First()).toBeDefined();
  });

  // R4's own base64Binary, code and oid made V8 overflow its backtracking stack (a RangeError) at some megabytes.
  test('judges strings of 16 MiB without throwing', () => {
    for (const [head, unit] of LONG) {
      const text = head + unit.repeat(Math.floor((16 * 1024 * 1024) / unit.length));
      for (const value of [text, `${text}!`]) {
        expect([...checker.Errors(value)].length === 0).toBe(checker.Check(value));
      }
    }
  }, 60_000);
});

function shown(value: unknown): [shown: string, value: unknown] {
  return [(JSON.stringify(value) ?? 'undefined').slice(0, 60), value];
}
