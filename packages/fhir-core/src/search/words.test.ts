import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldLetters } from './fold.ts';
import { wordsOf } from './words.ts';

/** Of the whole text at once, as the words are defined. */
const plainly = (text: string): string[] => foldLetters(text).match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];

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

test('the words of a text are those of its parts between blanks', () => {
  const text = fc.oneof(
    fc.array(delicate, { maxLength: 30 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'binary-ascii', maxLength: 60 }),
  );
  fc.assert(
    fc.property(text, (text) => {
      expect(wordsOf(text)).toEqual(plainly(text));
    }),
    { numRuns: 5000 },
  );
});
