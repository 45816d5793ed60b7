import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText } from './fold.ts';
import { containing, gramsOf } from './grams.ts';

/** What the engine does with the two texts: words at white space, compared one after the other. */
function isFound(value: string, sought: string): boolean {
  const places = gramsOf(value).split(/[ \t\n\v\f\r]/);
  const query = containing(sought);
  if ('beginning' in query) return places.some((gram) => gram.startsWith(query.beginning));
  const phrase = query.phrase.split(/[ \t\n\v\f\r]/);
  return places.some((_gram, at) => phrase.every((gram, step) => places[at + step] === gram));
}

const text = fc
  .string({ unit: fc.constantFrom('a', 'b', 'é', '-', ' ', '𝔘', '漢', 'B') })
  .map((raw) => foldText(raw).spaced);

describe('grams', () => {
  it('find a value exactly by what it contains', () => {
    fc.assert(
      fc.property(text, text, (value, sought) => {
        if (sought !== '') expect(isFound(value, sought)).toBe(value.includes(sought));
      }),
      { numRuns: 5000 },
    );
  });

  it.each([0, 1, 2, 3, 255, 256, 257, 5_000])('are those of each place, of %d characters', (length) => {
    const value = foldText('aé漢 '.repeat(length)).spaced.slice(0, length);
    const characters = [...value.replaceAll(' ', '\u00a0')];
    const plainly = characters.map((_character, at) => characters.slice(at, at + 3).join('')).join(' ');
    expect(gramsOf(value)).toBe(plainly);
  });

  it('find a value by each of its parts, however short', () => {
    fc.assert(
      fc.property(
        text.filter((value) => value !== ''),
        fc.nat(),
        fc.nat(),
        (value, start, length) => {
          const characters = [...value];
          const from = start % characters.length;
          const part = characters.slice(from, from + 1 + (length % (characters.length - from)));
          expect(isFound(value, part.join(''))).toBe(true);
        },
      ),
    );
  });
});
