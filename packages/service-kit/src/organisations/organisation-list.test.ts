import { describe, expect, it } from 'vitest';
import { FILE_BYTES_MAX } from '../listed-file.ts';
import { ORGANISATIONS_MAX, parseOrganisations } from './organisation-list.ts';

const parsed = (value: unknown) => parseOrganisations(Buffer.from(JSON.stringify(value)));
const numbered = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `o${index}` }));

describe('the list of organisations', () => {
  it('is taken as it stands, in any order', () => {
    const list = [
      { id: 'ward-3', parent: 'clinic-7' },
      { id: 'clinic-7', parent: 'Group', name: 'Clinic of the Seven Hills' },
      { id: 'Group' },
    ];
    expect(parsed(list)).toEqual({ organisations: list });
    expect(parsed([])).toEqual({ organisations: [] });
  });

  it.each<[string, string]>([
    ['id', 'a'.repeat(256)],
    ['name', 'n'.repeat(1000)],
  ])('takes a %s at its bound', (field, value) => {
    expect(parsed([{ id: 'a', [field]: value }])).toHaveProperty('organisations');
  });

  it('takes as many as the bound, and no more', () => {
    expect(parsed(numbered(ORGANISATIONS_MAX))).toHaveProperty('organisations');
    expect(parsed(numbered(ORGANISATIONS_MAX + 1))).toEqual({
      problems: ['It has more than 1000 organisations.'],
    });
    const full = numbered(ORGANISATIONS_MAX).map(({ id }) => ({ id: id.padEnd(256, 'x'), parent: id }));
    expect(JSON.stringify(full).length).toBeLessThan(FILE_BYTES_MAX);
  });

  it.each<[string, unknown, string]>([
    ['id', '', 'is not what it has to be'],
    ['id', 'marked'.padEnd(257, 'x'), 'is not what it has to be'],
    ['id', 7, 'is not what it has to be'],
    ['id', undefined, 'is missing'],
    ['id', 'marked\ud800', 'has half of a surrogate pair'],
    ['id', 'FIRST', 'is there before, case aside'],
    ['parent', '', 'is not what it has to be'],
    ['parent', null, 'is not what it has to be'],
    ['parent', ['first'], 'is not what it has to be'],
    ['parent', 'marked', 'is no organisation of the list'],
    ['name', 'marked'.padEnd(1001, 'x'), 'is not what it has to be'],
  ])('names the place of a wrong %s (%j), never its value', (field, value, what) => {
    const list = [{ id: 'first' }, { id: 'second', [field]: value }];
    expect(parsed(list)).toEqual({ problems: [`/1/${field} ${what}.`] });
  });

  it('knows no other property, and does not repeat its name', () => {
    expect(parsed([{ id: 'a' }, { id: 'b', marked: 1 }])).toEqual({
      problems: ['/1 has a property that is not known.'],
    });
  });

  it('names each organisation that is above itself, and none that only hangs from it', () => {
    const list = [
      { id: 'below', parent: 'a' },
      { id: 'a', parent: 'B' },
      { id: 'b', parent: 'c' },
      { id: 'c', parent: 'a' },
      { id: 'own', parent: 'own' },
      { id: 'good', parent: 'top' },
      { id: 'top' },
    ];
    expect(parsed(list)).toEqual({
      problems: ['/1 is above itself.', '/2 is above itself.', '/3 is above itself.', '/4 is above itself.'],
    });
  });

  it.each([
    ['{}', 'It is not a list.'],
    ['null', 'It is not a list.'],
    ['', 'It is not JSON in UTF-8.'],
    ['[', 'It is not JSON in UTF-8.'],
  ])('%j is none', (text, problem) => {
    expect(parseOrganisations(Buffer.from(text))).toEqual({ problems: [problem] });
    expect(parseOrganisations(Uint8Array.of(0x22, 0xff, 0x22))).toEqual({
      problems: ['It is not JSON in UTF-8.'],
    });
  });

  it('names all problems at once, within a bound', () => {
    expect(parsed([{ id: 1 }, { parent: 2 }])).toEqual({
      problems: [
        '/0/id is not what it has to be.',
        '/1/id is missing.',
        '/1/parent is not what it has to be.',
      ],
    });
    const wrong = numbered(ORGANISATIONS_MAX).map(({ id }) => ({ id, parent: 'nobody' }));
    expect(parsed(wrong)).toHaveProperty('problems.length', 50);
    expect(parsed(wrong.map(() => ({})))).toHaveProperty('problems.length', 50);
  });
});
