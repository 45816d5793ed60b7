import { expect, it } from 'vitest';
import { JSON_POINTER, valueAt } from './json-pointer.ts';

const CLAIMS = {
  realm_access: { roles: ['a'] },
  'https://example.org/site': 'north',
  'a~b': 1,
  list: ['x', { y: 2 }],
};

it.each([
  ['/realm_access/roles', ['a']],
  ['/https:~1~1example.org~1site', 'north'],
  ['/a~0b', 1],
  ['/list/1/y', 2],
  ['/realm_access/none', undefined],
  ['/a~0b/c', undefined],
  ['/__proto__/constructor', undefined],
  ['/constructor/name', undefined],
  ['/list/length', 2],
])('%s leads to %j', (pointer, value) => expect(valueAt(CLAIMS, pointer)).toEqual(value));

it('knows what is no pointer', () => {
  const pattern = new RegExp(JSON_POINTER);
  for (const wrong of ['', '/', 'roles', 'realm_access.roles', '/a~', '/a~2b', '//'])
    expect(pattern.test(wrong)).toBe(false);
});
