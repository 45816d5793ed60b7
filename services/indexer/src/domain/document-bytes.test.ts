import fc from 'fast-check';
import { expect, test } from 'vitest';
import { documentBytes } from './document-bytes.ts';

const plainly = (first: string, texts: readonly string[]) =>
  Buffer.concat([Buffer.from(first, 'latin1'), Buffer.from(texts.join(''))]);

test('a document is its texts in UTF-8, and stays so while others are written behind it', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 40 });
  // Some documents fill a piece of memory, some are larger than one.
  const times = fc.constantFrom(1, 1, 10, 1_000, 20_000);
  const document = fc.record({
    first: fc.string({ unit: 'binary-ascii' }),
    texts: fc.array(text, { maxLength: 5 }),
    times,
  });
  fc.assert(
    fc.property(fc.array(document, { maxLength: 20 }), (documents) => {
      const parts = documents.map(({ first, texts, times }) => ({
        first: `${first}\u00e9`,
        texts: texts.map((each) => each.repeat(times)),
      }));
      const made = parts.map(({ first, texts }) => documentBytes(first, texts));
      for (const [i, { first, texts }] of parts.entries())
        expect(made[i]?.equals(plainly(first, texts))).toBe(true);
    }),
    { numRuns: 100 },
  );
}, 60_000);

test.each([100, 1_000, 5_000, 10_000, 30_000, 100_000])(
  'documents of %i characters hold hardly more memory than they have bytes',
  (chars) => {
    const documents = Array.from({ length: 100 }, () => documentBytes('{', ['x'.repeat(chars), '}']));
    const pieces = new Set(documents.map(({ buffer }) => buffer));
    const held = [...pieces].reduce((sum, { byteLength }) => sum + byteLength, 0);
    const bytes = documents.reduce((sum, { length }) => sum + length, 0);
    // Of the first and the last piece others have a part.
    expect(held).toBeLessThan(1.25 * bytes + 2 * 256 * 1024);
  },
);
