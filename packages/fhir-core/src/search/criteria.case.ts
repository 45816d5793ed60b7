/**
 * Searches as data, whatever a client can ask: every parameter with every modifier that it has, and values that
 * provoke. Only what a query can say is made: `searches` has no value that parsing would have made another one.
 */
import fc from 'fast-check';
import { BASE_ELEMENTS } from '../record/subset.ts';
import { COMPARTMENT_TYPES } from './compartments.ts';
import {
  type Compartment,
  type Criterion,
  type DateValue,
  PREFIXES,
  type ReferenceValue,
  type Search,
  type TokenValue,
} from './criteria.ts';
import { sortField } from './document.ts';
import { foldText } from './fold.ts';
import { parseDateTime } from './instant.ts';
import { COUNT_MAX, RESULT_WINDOW_MAX, SORT_KEYS_MAX } from './page-parameters.ts';
import {
  type ReferenceParameter,
  SEARCH_PARAMETER_CODES,
  type SearchParameterCode,
  searchParameter,
} from './parameters.ts';
import { foldString } from './project-strings.ts';
import { wordsOf } from './words.ts';

/** What means something to the grammar, to URLs, to folding, or to a parser that must never see it. */
const HOSTILE = [
  ...['\\', '\\\\', '\\,', ',', '|', '$', '\\|', '\\$', '\\a', '%2C', '%', '&', '=', '+', ' ', ':', '.', '/'],
  ...[
    '?',
    '#',
    '_history',
    'urn:',
    'http://',
    '*',
    '(',
    ')',
    '"',
    "'",
    '<',
    '>',
    '{',
    '}',
    '[',
    ']',
    '^',
    '~',
  ],
  ...[
    'é',
    'É',
    'é',
    'ß',
    'ẞ',
    'İ',
    'ı',
    'ς',
    'Σ',
    'ﷺ',
    '½',
    '日',
    '👩‍⚕️',
    '\u00a0',
    '\u2028',
    '\u0000',
    '\n',
    '\ufeff',
  ],
  ...['a', 'A', 'Erika', '1', 'eq2019', 'true', 'null'],
] as const;

/** Text that provokes, of any characters that a decoded query can hold (no halves of surrogate pairs). */
export const hostileText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 8 })
  .map((parts) => parts.join(''));

const someText = hostileText.filter((text) => text !== '');

const digits = (count: number, min: number, max: number): fc.Arbitrary<string> =>
  fc.integer({ min, max }).map((number) => String(number).padStart(count, '0'));

const zone = fc.oneof(
  fc.constantFrom('', 'Z', '+14:00', '-14:00', '+00:00', '-00:00'),
  fc.tuple(fc.constantFrom('+', '-'), digits(2, 0, 13), digits(2, 0, 59)).map(([s, h, m]) => `${s}${h}:${m}`),
);

/** A date of R4 in any precision, that is one in every month. */
export const dateText: fc.Arbitrary<string> = fc
  .tuple(
    fc.integer({ min: 0, max: 6 }),
    fc.oneof(digits(4, 1, 9999), digits(4, 2018, 2020)),
    digits(2, 1, 12),
    digits(2, 1, 28),
    fc.tuple(digits(2, 0, 23), digits(2, 0, 59), digits(2, 0, 60)),
    fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 9 }),
    zone,
  )
  .map(([precision, year, month, day, [hour, minute, second], fraction, of]) => {
    const parts = [year, `-${month}`, `-${day}`, `T${hour}:${minute}`, `:${second}`, `.${fraction}`];
    return parts.slice(0, precision + 1).join('') + (precision < 3 ? '' : of);
  });

const dateValue: fc.Arbitrary<DateValue> = fc
  .record({ prefix: fc.constantFrom(...PREFIXES), date: dateText })
  .map(({ prefix, date }) => {
    const range = parseDateTime(date);
    if (range === undefined) throw new Error(`${date} is a date`);
    return { prefix, date, range };
  });

const tokenValue: fc.Arbitrary<TokenValue> = fc.oneof(
  fc.record({ match: fc.constant('code'), code: someText } as const),
  fc.record({ match: fc.constant('token'), system: someText, code: someText } as const, {
    requiredKeys: ['match', 'code'],
  }),
  fc.record({ match: fc.constant('system'), system: someText } as const),
);

const typeName = fc.oneof(
  fc.constantFrom('Patient', 'Practitioner', 'Device', 'Client', 'A'),
  fc.stringMatching(/^[A-Z][A-Za-z]{0,63}$/),
);

/** An id as a reference can hold one: trimmed, and of one segment. */
const logicalId = fc
  .oneof(fc.constantFrom('1', 'a_b', '_history', 'a b', 'é', '7'.repeat(80)), someText)
  .filter((id) => !/[/?#]/.test(id) && id.trim() === id && id !== '');

const BASES = [
  '',
  'http://a.example/',
  'https://a.example:8080/fhir/R4/',
  'http://u:p@a.example/',
  'x/y/',
  'a,b|c\\/',
];

const urlValue = fc.oneof(
  fc.constantFrom(
    'urn:uuid:3f9b2c1a-0000-4000-8000-000000000001',
    'urn:oid:1.2.3',
    'http://a.example/x',
    'a/b?c=d',
  ),
  hostileText.map((text) => `urn:x:${text}y`),
);

function referenceValue(target: string | undefined): fc.Arbitrary<ReferenceValue> {
  const resource = fc.record(
    {
      match: fc.constant('resource'),
      base: fc.constantFrom(...BASES),
      type: target === undefined ? typeName : fc.constant(target),
      id: logicalId,
      version: logicalId,
    } as const,
    { requiredKeys: ['match', 'base', 'type', 'id'] },
  );
  const id = fc.record({
    match: fc.constant('id'),
    id: logicalId.filter((text) => !/^urn:/i.test(text)),
  } as const);
  if (target !== undefined) return fc.oneof(resource, id);
  return fc.oneof(resource, id, fc.record({ match: fc.constant('url'), url: urlValue } as const));
}

const valuesOf = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> =>
  fc.array(value, { minLength: 1, maxLength: 3 });

/** The type of a target, or none; where a parameter has but one, that one. */
const targetOf = ({ onlyType }: ReferenceParameter): fc.Arbitrary<string | undefined> =>
  fc.option(onlyType === undefined ? typeName : fc.constant(onlyType), { nil: undefined });

function criterionOf(code: SearchParameterCode): fc.Arbitrary<Criterion> {
  const parameter = searchParameter(code);
  const own = (): fc.Arbitrary<Criterion> => {
    switch (parameter.type) {
      case 'id':
        return fc.record({
          code: fc.constant(code),
          type: fc.constant('id'),
          not: fc.boolean(),
          values: valuesOf(someText),
        } as const);
      case 'words':
        return fc.record({
          code: fc.constant(code),
          type: fc.constant('words'),
          values: valuesOf(someText.filter((text) => wordsOf(text).length > 0)),
        } as const);
      case 'date':
        return fc.record({
          code: fc.constant(code),
          type: fc.constant('date'),
          values: valuesOf(dateValue),
        } as const);
      case 'uri':
        return fc.oneof(
          fc.record({
            code: fc.constant(code),
            type: fc.constant('uri'),
            match: fc.constant('equal'),
            values: valuesOf(someText),
          } as const),
          fc.record({
            code: fc.constant(code),
            type: fc.constant('uri'),
            match: fc.constantFrom('below', 'above'),
            values: valuesOf(someText.map((text) => `http://${text}`)),
          } as const),
        );
      case 'string':
        return fc.oneof(
          fc.record({
            code: fc.constant(code),
            type: fc.constant('string'),
            match: fc.constant('exact'),
            values: valuesOf(someText),
          } as const),
          fc.record({
            code: fc.constant(code),
            type: fc.constant('string'),
            match: fc.constantFrom('starts', 'contains'),
            values: valuesOf(someText.filter((text) => foldString(parameter, text).solid !== '')),
          } as const),
        );
      case 'token': {
        const tokens = fc.record({
          code: fc.constant(code),
          type: fc.constant('token'),
          not: fc.boolean(),
          values: valuesOf(tokenValue),
        } as const);
        const text = fc.record({
          code: fc.constant(code),
          type: fc.constant('text'),
          values: valuesOf(someText.filter((words) => foldText(words).solid !== '')),
        } as const);
        return parameter.bare === true ? tokens : fc.oneof(tokens, text);
      }
      case 'reference':
        return targetOf(parameter).chain((target) => {
          const of = { code, ...(target !== undefined && { target }) };
          return fc.oneof(
            valuesOf(referenceValue(target)).map((values) => ({ ...of, type: 'reference', values }) as const),
            valuesOf(tokenValue).map((values) => ({ ...of, type: 'identifier', values }) as const),
          );
        });
    }
  };
  const missing = fc.record({
    code: fc.constant(code),
    type: fc.constant('missing'),
    missing: fc.boolean(),
  } as const);
  return fc.oneof({ weight: 1, arbitrary: missing }, { weight: 9, arbitrary: own() });
}

export const criterion: fc.Arbitrary<Criterion> = fc.oneof(...SEARCH_PARAMETER_CODES.map(criterionOf));

const sortKey = fc.record({
  code: fc.constantFrom(
    ...SEARCH_PARAMETER_CODES.filter((code) => sortField(searchParameter(code)) !== undefined),
  ),
  descending: fc.boolean(),
});

const elements = fc.uniqueArray(fc.constantFrom(...BASE_ELEMENTS), { minLength: 1 });

export const compartment: fc.Arbitrary<Compartment> = fc.record({
  type: fc.constantFrom(...COMPARTMENT_TYPES),
  id: logicalId,
});

/** All that a search says, but for what was ignored. */
export const searches: fc.Arbitrary<Search> = fc
  .record({
    criteria: fc.array(criterion, { maxLength: 6 }),
    sort: fc.array(sortKey, { maxLength: SORT_KEYS_MAX }),
    count: fc.integer({ min: 0, max: COUNT_MAX }),
    from: fc.oneof(
      fc.constant({ offset: 0 }),
      fc.integer({ min: 0, max: RESULT_WINDOW_MAX - COUNT_MAX }).map((offset) => ({ offset })),
      someText.map((cursor) => ({ offset: 0, cursor })),
    ),
    total: fc.constantFrom(undefined, 'none', 'estimate', 'accurate'),
    presentation: fc.record({
      pretty: fc.boolean(),
      subset: fc.oneof(
        fc.constantFrom(undefined, 'true', 'text', 'data'),
        elements.map((names) => ({ elements: names })),
      ),
      countOnly: fc.boolean(),
    }),
  })
  .map(structuredClone) // what fast-check makes has no prototype
  .map(({ from, presentation, count, ...search }) => ({
    ...search,
    ...from,
    // A count has no entries, so nothing says which part of them there is.
    count: presentation.countOnly ? 0 : count,
    presentation: { ...presentation, subset: presentation.countOnly ? undefined : presentation.subset },
    ignored: [],
  }));
