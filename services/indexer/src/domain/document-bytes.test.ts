import fc from 'fast-check';
import { expect, test } from 'vitest';
import { documentBytes } from './document-bytes.ts';
import { DocumentMemory } from './document-memory.ts';

/** By characters: what `documentBytes` does by bytes. */
const plainly = (value: Buffer, texts: readonly string[]) => {
  const first = `{"event":${JSON.stringify(value.toString())}`;
  return { document: Buffer.from(first + texts.join('')), quotedEnd: Buffer.byteLength(first) };
};

const written = (value: Buffer, texts: readonly string[], memory?: DocumentMemory) =>
  documentBytes('{"event":', value, texts, memory);

test('a document is its texts in UTF-8, and stays so while others are written behind it', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 40 });
  // What JSON quotes, in several forms, and what it leaves.
  const quoted = fc.constantFrom(
    '"',
    '\\',
    '/',
    '\n',
    '\t',
    '\b',
    '\u0000',
    '\u001f',
    '\u007f',
    '\u0080',
    '\u2028',
  );
  const value = fc.string({
    unit: fc.oneof(fc.string({ unit: 'grapheme', maxLength: 1 }), quoted),
    maxLength: 40,
  });
  // Some documents fill a piece of memory, some are larger than one.
  const times = fc.constantFrom(1, 1, 10, 1_000, 20_000);
  const document = fc.record({ value, texts: fc.array(text, { maxLength: 5 }), times });
  fc.assert(
    fc.property(fc.array(document, { maxLength: 20 }), fc.boolean(), (documents, isReturned) => {
      const memory = isReturned ? new DocumentMemory({ isReturned }) : undefined;
      const parts = documents.map(({ value, texts, times }) => ({
        value: Buffer.from(value.repeat(Math.ceil(times / 2))),
        texts: texts.map((each) => each.repeat(times)),
      }));
      const made = parts.map(({ value, texts }) => written(value, texts, memory));
      for (const [i, { value, texts }] of parts.entries()) {
        const { document, quotedEnd } = plainly(value, texts);
        expect(made[i]?.document.equals(document)).toBe(true);
        expect(made[i]?.quotedEnd).toBe(quotedEnd);
      }
      memory?.giveBack();
    }),
    { numRuns: 100 },
  );
}, 60_000);

test('any byte in its value is quoted as JSON quotes its character, whatever is beside it', () => {
  for (let code = 0; code < 256; code++) {
    const value = Buffer.from(`a${String.fromCharCode(code)}"b`);
    expect(`${written(value, ['}']).document}`).toBe(`{"event":${JSON.stringify(`${value}`)}}`);
  }
});

test.each([100, 1_000, 5_000, 10_000, 30_000, 100_000])(
  'documents of %i characters hold hardly more memory than they have bytes',
  (chars) => {
    for (const [value, text] of [
      ['', 'x'.repeat(chars)],
      ['x'.repeat(chars), ''],
      ['"'.repeat(chars), ''],
    ] as const) {
      const documents = Array.from({ length: 100 }, () => written(Buffer.from(value), [text, '}']).document);
      const pieces = new Set(documents.map(({ buffer }) => buffer));
      const held = [...pieces].reduce((sum, { byteLength }) => sum + byteLength, 0);
      const bytes = documents.reduce((sum, { length }) => sum + length, 0);
      // Of the first and the last piece others have a part.
      expect(held).toBeLessThan(1.25 * bytes + 2 * 256 * 1024);
    }
  },
);

test('what was given back is written over, and nothing else', () => {
  const text = 'x'.repeat(5_000);
  const filled = (memory: DocumentMemory, texts: readonly string[]) =>
    Array.from({ length: 100 }, () => written(Buffer.from('a'), texts, memory).document);
  const opened = () => new DocumentMemory({ isReturned: true });
  const [returned, kept] = [opened(), opened()];
  const before = filled(returned, [text, '}']);
  const stays = filled(kept, [text, '}']);
  const said = `${stays[0]}`;
  returned.giveBack();
  const after = filled(opened(), [text.replaceAll('x', 'y'), '}']);
  const piecesOf = (documents: readonly Buffer[]) => new Set(documents.map(({ buffer }) => buffer));
  expect([...piecesOf(after)].every((piece) => piecesOf(before).has(piece))).toBe(true);
  expect(stays.every((each) => `${each}` === said)).toBe(true);
  // Given back once more, it has nothing that others have now.
  returned.giveBack();
  filled(opened(), [text, '}']);
  expect(`${after[0]}`).toContain('yyy');
});
