import {
  formatSearch,
  ORGANISATION_SYSTEM,
  parseSearch,
  RESTRICTION_VALUES_MAX,
  SEARCH_PARAMETER_CODES,
} from '@auditbox/fhir-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  organisationCriterion,
  REFUSED,
  RESTRICTION_RULE,
  type RestrictionRule,
  restrictionBy,
  restrictionRules,
} from './restriction.ts';
import { searchKey } from './searchset.ts';

function rulesOf(...texts: string[]): readonly RestrictionRule[] {
  const rules = restrictionRules(texts);
  if (typeof rules === 'string') throw new Error(rules);
  return rules;
}

describe('restrictionRules', () => {
  it('reads a parameter and where its values are', () =>
    expect(rulesOf('site=/https:~1~1example.org~1site', 'altId=/a=b/0')).toEqual([
      { code: 'site', path: ['https://example.org/site'] },
      { code: 'altid', path: ['a=b', '0'] },
    ]));

  it.each([
    ...SEARCH_PARAMETER_CODES.filter((code) => /^_(content|id|lastUpdated|text)$|^date$/.test(code)),
    'x',
  ])('does not take %s', (code) => expect(restrictionRules([`${code}=/a`])).toBe('unfit-parameter'));

  it('does not take a parameter twice, by whatever name', () =>
    expect(restrictionRules(['altid=/a', 'altId=/b'])).toBe('parameter-twice'));

  it.each(['site', 'site=', 'site=a', '=/a', 'site:not=/a', 'site=/a~', ' site=/a'])(
    '%j is no rule',
    (text) => expect(new RegExp(RESTRICTION_RULE).test(text)).toBe(false),
  );
});

describe('restrictionBy', () => {
  const RULES = rulesOf('site=/site', 'source=/org/devices');
  const SITE = { code: 'site', values: [{ match: 'code', code: 'north' }] };
  const SOURCE = { code: 'source', values: [{ type: 'Device', id: '1' }] };
  const org = { devices: 'Device/1' };

  it('is an AND of all rules, each an OR of the values of its claim', () => {
    expect(restrictionBy(RULES, 'refuse', { site: 'north', org })).toMatchObject([SITE, SOURCE]);
    expect(restrictionBy(RULES, 'refuse', { site: ['north', 'south'], org })).toMatchObject([
      { values: [{ code: 'north' }, { code: 'south' }] },
      SOURCE,
    ]);
  });

  it('without rules restricts nobody', () => expect(restrictionBy([], 'refuse', {})).toEqual([]));

  it('without a claim refuses, or does not restrict by it, as it is set', () => {
    expect(restrictionBy(RULES, 'refuse', { site: 'north' })).toBe(REFUSED);
    expect(restrictionBy(RULES, 'allow', { site: 'north' })).toMatchObject([SITE]);
    expect(restrictionBy(RULES, 'allow', { site: 'north', org: {} })).toMatchObject([SITE]);
    expect(restrictionBy(RULES, 'allow', {})).toEqual([]);
  });

  it.each([
    ['an empty string', ''],
    ['an empty array', []],
    ['an array with an empty string', ['north', '']],
    ['an array within', [['north']]],
    ['null', null],
    ['a number', 1],
    ['true', true],
    ['an object', { north: true }],
    ['an array with another type', ['north', 1]],
    ['too many values', Array.from({ length: RESTRICTION_VALUES_MAX + 1 }, (_, n) => `s${n}`)],
    ['too long a value', 'x'.repeat(2049)],
    ['what is no token', 'a|b|c'],
  ])('refuses %s, also where a claim may be missing', (_what, site) => {
    for (const withoutClaim of ['refuse', 'allow'] as const)
      expect(restrictionBy(RULES, withoutClaim, { site, org })).toBe(REFUSED);
  });

  it('refuses a way that leads through what is no object, also where a claim may be missing', () => {
    for (const wrong of ['Device/1', null, 1, [], ['Device/1']])
      expect(restrictionBy(RULES, 'allow', { site: 'north', org: wrong })).toBe(REFUSED);
  });

  it('whatever claims hold, refuses or has one criterion for each rule', () => {
    const claims = fc.record({
      site: fc.jsonValue(),
      org: fc.oneof(fc.jsonValue(), fc.record({ devices: fc.jsonValue() })),
    });
    fc.assert(
      fc.property(claims, (held) => {
        const restriction = restrictionBy(RULES, 'refuse', held as Record<string, unknown>);
        if (restriction !== REFUSED) expect(restriction.map(({ code }) => code)).toEqual(['site', 'source']);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('organisationCriterion', () => {
  it('is what a search by source:identifier says, whatever the ids are', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 256 }), { minLength: 1 }), (ids) => {
        const criterion = organisationCriterion(ids);
        const again = parseSearch(formatSearch({ criteria: [criterion], sort: [] }), { strict: true });
        expect(again).toMatchObject({ search: { criteria: [criterion] } });
      }),
    );
  });

  it('names each organisation with its system, so that no other identifier counts', () =>
    expect(organisationCriterion(['a', 'b'])).toEqual({
      code: 'source',
      type: 'identifier',
      values: [
        { match: 'token', system: ORGANISATION_SYSTEM, code: 'a' },
        { match: 'token', system: ORGANISATION_SYSTEM, code: 'b' },
      ],
    }));
});

it('is part of what a cursor is bound to, in any order of its values', () => {
  const parsed = parseSearch([], { strict: true });
  if ('issues' in parsed) throw new Error('no search');
  const key = (...site: string[]) => {
    const restriction = restrictionBy(rulesOf('site=/site'), 'allow', site.length === 0 ? {} : { site });
    if (restriction === REFUSED) throw new Error(restriction);
    return searchKey({ ...parsed.search, restriction });
  };
  expect(new Set([key(), key('a'), key('b'), key('a', 'b'), key('b', 'a'), key('a,b')]).size).toBe(5);
});
