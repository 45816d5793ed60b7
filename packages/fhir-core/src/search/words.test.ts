import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldLetters } from './fold.ts';
import { WORD_CHARS_MAX, wordsOf, wordText } from './words.ts';

/** Of the whole text at once, as the words are defined. */
const plainly = (text: string): string[] => foldLetters(text).match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];

/** Which of them come first is nothing that a search asks. */
const sorted = (words: readonly string[]): string[] => words.toSorted();

/** What folding looks at with its neighbours: marks, sigmas, ligatures, vowels apart, halves of characters. */
const delicate = fc.constantFrom(
  ...[
    'a',
    'Z',
    '9',
    '_',
    '-',
    ' ',
    '  ',
    '\t',
    '\n',
    '\u00a0',
    '\u00ad',
    'é',
    'e\u0301',
    '\u0301',
    'Σ',
    'ς',
    'ß',
    'ẞ',
  ],
  ...[
    'İ',
    'ﷺ',
    '½',
    '´',
    '한',
    '\u1112\u1161',
    'か\u3099',
    '京',
    '𝔘',
    '\ud835',
    '\udd18',
    '\u200d',
    '\u0000',
    'K',
  ],
);

const text = fc.oneof(
  fc.array(delicate, { maxLength: 30 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'binary-ascii', maxLength: 60 }),
);

test('the words of a text are those of its parts between blanks', () => {
  fc.assert(
    fc.property(text, (text) => {
      expect(sorted(wordsOf(text))).toEqual(sorted(plainly(text)));
    }),
    { numRuns: 5000 },
  );
});

test('the words of texts are those of each, for Elasticsearch to split at white space', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 5 }), (texts) => {
      const split = wordText(texts)
        .split(/\s+/)
        .filter((word) => word !== '');
      expect(sorted(split)).toEqual(sorted(texts.flatMap(plainly)));
    }),
    { numRuns: 2000 },
  );
});

test('what Elasticsearch writes of the words as they are needs no escape in JSON', () => {
  fc.assert(
    fc.property(text, (text) => {
      expect(JSON.stringify(wordText([text]))).toBe(`"${wordText([text])}"`);
    }),
  );
});

test.each(['x', 'é', '𝔘', '京'])(
  'a long word of %s is told apart from others, and never cut by Elasticsearch',
  (letter) => {
    const long = letter.repeat(WORD_CHARS_MAX + 1);
    const [one = '', ...others] = wordsOf(`${long}a`);
    expect(others).toEqual([]);
    expect(one.length).toBeLessThanOrEqual(255);
    expect(one.isWellFormed()).toBe(true);
    expect(wordsOf(`${long}b`)).not.toEqual([one]);
    expect(wordText(['before', `${long}a`])).toBe(`before ${one}`);
  },
);
