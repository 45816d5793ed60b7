import { describe, expect, it } from 'vitest';
import { isUrl, urlAncestorCount, urlAncestors } from './url-ancestors.ts';

describe('urlAncestors', () => {
  it.each([
    ['http://h', ['http://h']],
    ['http://h/', ['http://h/', 'http://h']],
    [
      'http://h/a//b',
      ['http://h/a//b', 'http://h/a//', 'http://h/a/', 'http://h/a', 'http://h/', 'http://h'],
    ],
    ['http://h/a|2', ['http://h/a|2', 'http://h/a', 'http://h/', 'http://h']],
    ['http://h?x#y', ['http://h?x#y', 'http://h?x', 'http://h']],
  ])('of %s are %j', (url, ancestors) => {
    expect(urlAncestors(url)).toEqual(ancestors);
    expect(urlAncestorCount(url)).toBe(ancestors.length);
  });

  it('are of URLs alone', () => {
    expect(['http://h', 'ftp://h/x', 'X+y://'].every(isUrl)).toBe(true);
    expect(['urn:oid:1', 'local', '//h/x', 'http:/h', ''].some(isUrl)).toBe(false);
  });
});
