import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText } from './fold.ts';
import { containing, gramsOf } from './grams.ts';

/** What the engine does with values, side by side, and a text: words at white space, compared one after the other. */
function isFound(values: readonly string[], sought: string): boolean {
  const places = values.flatMap((value) => gramsOf(value).match(/[^ \t\n\v\f\r]+/g) ?? []);
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
        if (sought !== '') expect(isFound([value], sought)).toBe(value.includes(sought));
      }),
      { numRuns: 5000 },
    );
  });

  it('of values side by side find none by what only two of them contain', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 4 }), text, (values, sought) => {
        const isContained = values.some((value) => value.includes(sought));
        if (sought !== '') expect(isFound(values, sought)).toBe(isContained);
      }),
      { numRuns: 5000 },
    );
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
          expect(isFound([value], part.join(''))).toBe(true);
        },
      ),
    );
  });
});
