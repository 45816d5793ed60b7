import { describe, expect, it } from 'vitest';
import { Memo, VALUE_UNITS_MAX } from './memo.ts';
import { stringPrint } from './print.ts';

const isSame = (one: string, other: string) => one === other;

/** A memo of texts, and how often each was made. */
function counted() {
  const made: string[] = [];
  const make = (text: string) => {
    made.push(text);
    return text.toUpperCase();
  };
  const memo = new Memo(make, isSame, (value) => value.length);
  return { made, get: (text: string, print = stringPrint(text)) => memo.get(text, print) };
}

describe('Memo', () => {
  it('makes what recurs a second time and no more', () => {
    const { made, get } = counted();
    for (let event = 0; event < 20; event++) {
      expect(get('system')).toBe('SYSTEM');
      for (let n = 0; n < 20; n++) expect(get(`${event}/${n}`)).toBe(`${event}/${n}`);
    }
    expect(made.filter((text) => text === 'system')).toHaveLength(2);
  });

  it('makes what an event asks for twice once', () => {
    const { made, get } = counted();
    get('a');
    get('b');
    get('a');
    expect(made).toEqual(['a', 'b']);
  });

  it('tells apart what has the same print', () => {
    const { get } = counted();
    for (let time = 0; time < 4; time++) {
      for (const text of ['a', 'b', 'c']) expect(get(text, 7)).toBe(text.toUpperCase());
    }
  });

  it('keeps nothing that is too large', () => {
    const { made, get } = counted();
    const large = 'x'.repeat(10_000);
    for (let time = 0; time < 3; time++) get(large);
    expect(made).toHaveLength(3);
  });

  it.each([
    [VALUE_UNITS_MAX, 2],
    [VALUE_UNITS_MAX + 1, 4],
  ])('of a key that makes %i characters, makes %i in four times', (units, times) => {
    const { made, get } = counted();
    for (let time = 0; time < 4; time++) {
      get('x'.repeat(units), 7);
      // Enough others that it is not at hand for having come last.
      for (let n = 0; n < 20; n++) get(`${time}/${n}`);
    }
    expect(made.filter((text) => text.startsWith('x'))).toHaveLength(times);
  });

  it('keeps no more than it has places for', () => {
    const { made, get } = counted();
    const texts = Array.from({ length: 100_000 }, (_, n) => `text ${n}`);
    for (let time = 0; time < 3; time++) for (const text of texts) get(text);
    // Had it kept all, the third time would have made none.
    expect(made.length).toBeGreaterThan(2 * texts.length + texts.length / 2);
  });
});

describe('stringPrint', () => {
  it('is the same for the same text, whatever it is made of', () => {
    expect(stringPrint(['ab', 'c'].join(''))).toBe(stringPrint('abc'));
    expect(stringPrint('abc')).not.toBe(stringPrint('abd'));
    expect(stringPrint(undefined)).not.toBe(stringPrint(''));
  });

  it.each([
    [256, false],
    [257, true],
  ])('of %d characters is none: %s', (length, isNone) => {
    expect(stringPrint('x'.repeat(length)) === 0).toBe(isNone);
    expect(stringPrint('a', stringPrint('x'.repeat(length))) === 0).toBe(isNone);
  });
});
