import { describe, expect, it } from 'vitest';
import { JSON_POINTER, pointed, pointerPath } from './json-pointer.ts';

/** The document of RFC 6901, section 5. */
const DOCUMENT: unknown = JSON.parse(
  '{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\\\j":5,"k\\"l":6," ":7,"m~n":8,"x":{"y":null}}',
);

const at = (pointer: string, document: unknown = DOCUMENT) => pointed(document, pointerPath(pointer));

describe('pointed', () => {
  it.each([
    ['/foo', ['bar', 'baz']],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/c%d', 2],
    ['/e^f', 3],
    ['/g|h', 4],
    ['/i\\j', 5],
    ['/k"l', 6],
    ['/ ', 7],
    ['/m~0n', 8],
    ['/x/y', null],
  ])('gives what is at %s', (pointer, value) => expect(at(pointer)).toEqual({ value }));

  it('undoes escapes once: ~01 is ~1, no slash', () =>
    expect(at('/~01', { '~1': 1, '/': 2 })).toEqual({ value: 1 }));

  it('tells what is absent from what can not be read', () => {
    expect(['/y', '/x/z', '/toString', '/__proto__/toString'].map((pointer) => at(pointer))).toEqual(
      Array(4).fill('absent'),
    );
    expect(['/foo/2', '/foo/-', '/foo/00', '/foo/length', '/a~1b/c', '/x/y/z'].map((p) => at(p))).toEqual(
      Array(6).fill('not-readable'),
    );
  });
});

it.each([
  ['/a', true],
  ['/', true],
  ['/https:~1~1example.org~1site/0', true],
  ['', false],
  ['a', false],
  ['/a~', false],
  ['/a~2', false],
])('%j is a pointer into a document: %s', (text, is) =>
  expect(new RegExp(`^${JSON_POINTER}$`).test(text)).toBe(is),
);
