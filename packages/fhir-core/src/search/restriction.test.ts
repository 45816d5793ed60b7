import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostileText } from './criteria.case.ts';
import { formatSearch } from './format-search.ts';
import { SEARCH_PARAMETER_CODES } from './parameters.ts';
import { parseSearch, SEARCH_VALUE_CHARS_MAX } from './parse-search.ts';
import { RESTRICTING_CODES, RESTRICTION_VALUES_MAX, restrictionCriterion } from './restriction.ts';

const NOT_RESTRICTING = ['_content', '_id', '_lastUpdated', '_text', 'date', 'sender-id'] as const;

describe('restrictionCriterion', () => {
  it('reads values as a search for whole values does', () => {
    expect(restrictionCriterion('site', ['north', 'http://h|a'])).toEqual({
      code: 'site',
      type: 'token',
      not: false,
      values: [
        { match: 'token', system: 'http://h', code: 'a' },
        { match: 'code', code: 'north' },
      ],
    });
    expect(restrictionCriterion('source', ['Device/789', 'HTTP://H:80/fhir/Organization/1'])).toEqual({
      code: 'source',
      type: 'reference',
      values: [
        { match: 'resource', base: '', type: 'Device', id: '789' },
        { match: 'resource', base: 'http://h/fhir/', type: 'Organization', id: '1' },
      ],
    });
    expect(restrictionCriterion('patient', ['1'])).toMatchObject({ values: [{ match: 'id', id: '1' }] });
    expect(restrictionCriterion('policy', ['http://h/a'])).toMatchObject({ match: 'equal' });
    expect(restrictionCriterion('user', ['Dr. A'])).toMatchObject({ match: 'exact', values: ['Dr. A'] });
  });

  it('reads who sent as issuer and client, and no issuer without its client', () => {
    expect(restrictionCriterion('sender', ['https://idp.example.org|EHR', '|anonymous'])).toMatchObject({
      values: [
        { match: 'token', system: 'https://idp.example.org', code: 'EHR' },
        { match: 'token', code: 'anonymous' },
      ],
    });
    expect(restrictionCriterion('sender', ['https://idp.example.org|'])).toBeUndefined();
  });

  it.each(['a,b', 'a$b', 'a\\b', 'a\\,b', '\\', ',', '\\\\', 'a\\', '*', '%2C', ' '])(
    'takes %j for itself: none of it is syntax',
    (value) => {
      expect(restrictionCriterion('site', [value])).toMatchObject({
        values: [{ match: 'code', code: value }],
      });
      expect(restrictionCriterion('user', [`${value}|`])).toMatchObject({ values: [`${value}|`] });
      expect(restrictionCriterion('_source', [`${value}|`])).toMatchObject({ values: [`${value}|`] });
      expect(restrictionCriterion('site', [`${value}|${value}`])).toMatchObject({
        values: [{ match: 'token', system: value, code: value }],
      });
    },
  );

  it.each([
    ['no value', 'site', []],
    ['an empty one', 'site', ['']],
    ['an empty one among others', 'site', ['north', '']],
    ['half a surrogate pair', 'site', ['\ud800']],
    ['a token of two bars', 'site', ['a|b|c']],
    ['a bar alone', 'site', ['|']],
    ['a system without a code', 'site', ['http://h|']],
    ['a reference within an event', 'source', ['#d1']],
    ['a reference of nothing', 'source', [' ']],
    ['an id of any type', 'source', ['Device/1', '789']],
  ] as const)('has no criterion for %s', (_what, code, values) =>
    expect(restrictionCriterion(code, values)).toBeUndefined(),
  );

  it('has one for as many and as long values as there may be, and none for one more', () => {
    const many = Array.from({ length: RESTRICTION_VALUES_MAX }, (_, n) => `http://h/Device/${n}`);
    expect(restrictionCriterion('source', many)).toBeDefined();
    expect(restrictionCriterion('source', [...many, 'http://h/Device/x'])).toBeUndefined();
    const long = 'a'.repeat(SEARCH_VALUE_CHARS_MAX);
    expect(restrictionCriterion('user', [long])).toBeDefined();
    expect(restrictionCriterion('user', [`${long}a`])).toBeUndefined();
  });

  it('is of every parameter that compares whole values, and of no other', () => {
    expect([...RESTRICTING_CODES, ...NOT_RESTRICTING].toSorted()).toEqual([...SEARCH_PARAMETER_CODES]);
    for (const code of RESTRICTING_CODES) expect(restrictionCriterion(code, ['Patient/1'])).toBeDefined();
    for (const code of NOT_RESTRICTING) expect(restrictionCriterion(code, ['2026'])).toBeUndefined();
  });

  it('is the same for the same values in any order', () =>
    expect(restrictionCriterion('site', ['b', 'a', 'b'])).toEqual(restrictionCriterion('site', ['a', 'b'])));

  it('never finds more than asked: one value for each that is given, and each a search says too', () => {
    const code = fc.constantFrom(...RESTRICTING_CODES);
    fc.assert(
      fc.property(code, fc.array(hostileText, { maxLength: 4 }), (of, values) => {
        const criterion = restrictionCriterion(of, values);
        if (criterion === undefined) return;
        expect(criterion).toMatchObject({ code: of });
        expect(criterion).not.toMatchObject({ not: true });
        expect(['token', 'reference', 'uri', 'string']).toContain(criterion.type);
        expect('values' in criterion && criterion.values).toHaveLength(new Set(values).size);
        const said = parseSearch(formatSearch({ criteria: [criterion], sort: [] }), { strict: true });
        expect(said).toMatchObject({ search: { criteria: [criterion] } });
      }),
      { numRuns: 2000 },
    );
  });
});
