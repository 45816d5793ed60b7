import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { organisationsOf } from './organisations.ts';

const LIST = [
  { id: 'Group' },
  { id: 'clinic-7', parent: 'group' },
  { id: 'clinic-8', parent: 'Group' },
  { id: 'ward-3', parent: 'CLINIC-7' },
  { id: 'alone' },
];
const BOUND = { path: ['org'], withoutClaim: 'refuse' } as const;
const organisations = organisationsOf(LIST, BOUND);
const foldedOf = (org: unknown, rules = organisations) => {
  const bound = rules.boundTo({ org });
  return typeof bound === 'string' ? bound : bound.folded;
};

describe('the organisation above', () => {
  it.each([
    ['ward-3', 'clinic-7'],
    ['Ward-3', 'clinic-7'],
    ['clinic-7', 'Group'],
    ['Group', undefined],
    ['alone', undefined],
    ['unknown', undefined],
    ['__proto__', undefined],
  ])('of %s is %s, as the list writes it', (id, parent) => {
    expect(organisations.parentOf(id)).toBe(parent);
  });

  it('is of an organisation that is known, in any case of letters', () => {
    expect(['ward-3', 'WARD-3', 'group'].map(organisations.isKnown)).toEqual([true, true, true]);
    expect(['ward', 'ward-33', '', 'constructor'].filter(organisations.isKnown)).toEqual([]);
  });
});

describe('a caller is bound', () => {
  it.each<[unknown, readonly string[]]>([
    ['clinic-7', ['clinic-7', 'ward-3']],
    ['CLINIC-7', ['clinic-7', 'ward-3']],
    ['group', ['clinic-7', 'clinic-8', 'group', 'ward-3']],
    [
      ['ward-3', 'alone', 'Alone'],
      ['alone', 'ward-3'],
    ],
    ['unknown', ['unknown']],
    ['a,b|c\\', ['a,b|c\\']],
    ['x'.repeat(256), ['x'.repeat(256)]],
  ])('by %j to these and what is below them', (org, folded) => {
    expect(foldedOf(org)).toEqual(folded);
  });

  it('may use them in any case of letters, and no others', () => {
    const bound = organisations.boundTo({ org: 'clinic-7' });
    if (typeof bound === 'string') throw new Error(bound);
    expect(['clinic-7', 'Clinic-7', 'ward-3'].every(bound.has)).toBe(true);
    expect(['group', 'clinic-8', 'clinic', 'ward-33', ''].some(bound.has)).toBe(false);
  });

  it.each([
    ['an empty string', ''],
    ['an empty array', []],
    ['an array with an empty string', ['clinic-7', '']],
    ['an array within', [['clinic-7']]],
    ['null', null],
    ['a number', 7],
    ['true', true],
    ['an object', { id: 'clinic-7' }],
    ['an array with another type', ['clinic-7', 7]],
    ['half of a surrogate pair', 'clinic-7\ud800'],
    ['too long an id', 'x'.repeat(257)],
    ['too many ids', Array.from({ length: 101 }, (_, index) => `o${index}`)],
  ])('by %s to none at all, also where the claim may be missing', (_what, org) => {
    expect(foldedOf(org)).toBe('refused');
    expect(foldedOf(org, organisationsOf(LIST, { ...BOUND, withoutClaim: 'allow' }))).toBe('refused');
  });

  it('without the claim to none at all, or to nothing, as it is set', () => {
    expect(organisations.boundTo({})).toBe('refused');
    expect(organisationsOf(LIST, { ...BOUND, withoutClaim: 'allow' }).boundTo({})).toBe('unbound');
    const deep = { path: ['realm', 'org'], withoutClaim: 'allow' } as const;
    expect(organisationsOf(LIST, deep).boundTo({ realm: 'clinic-7' })).toBe('refused');
  });

  it('to nothing where no claim is asked for', () => {
    const open = organisationsOf(LIST, { path: undefined, withoutClaim: 'refuse' });
    expect(open.boundTo({ org: 'clinic-7' })).toBe('unbound');
  });

  it('exactly to what has a named one above it or is one, whatever the hierarchy', () => {
    // Each is below one that stands before it, or below none.
    const hierarchy = fc.array(fc.nat(), { minLength: 1, maxLength: 40 }).map((draws) =>
      draws.map((draw, index) => ({
        id: `o${index}`,
        ...(draw % (index + 1) < index && { parent: `o${draw % (index + 1)}` }),
      })),
    );
    fc.assert(
      fc.property(hierarchy, fc.nat(), (list, pick) => {
        const rules = organisationsOf(list, BOUND);
        const org = `o${pick % list.length}`;
        const isBelow = (id: string | undefined): boolean =>
          id !== undefined && (id === org || isBelow(rules.parentOf(id)));
        const expected = list.map(({ id }) => id).filter(isBelow);
        expect(foldedOf(org, rules)).toEqual(expected.toSorted());
      }),
    );
  });
});
