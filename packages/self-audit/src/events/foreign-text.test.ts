import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FOREIGN_CHARACTERS_MAX, foreignText, foreignUri } from './foreign-text.ts';

it('keeps what a person or a system is called', () => {
  for (const text of ['jsmith', 'Jörg Müller', '山田 太郎', 'a\tb', '👩‍⚕️'])
    expect(foreignText(text)).toBe(text);
});

it('keeps 255 characters, whole ones, and no more', () => {
  expect(foreignText('💥'.repeat(FOREIGN_CHARACTERS_MAX))).toBe('💥'.repeat(FOREIGN_CHARACTERS_MAX));
  expect(foreignText(`a${'💥'.repeat(FOREIGN_CHARACTERS_MAX)}`)).toBe(
    `a${'💥'.repeat(FOREIGN_CHARACTERS_MAX - 1)}`,
  );
});

it('drops control characters and half characters, and is nothing where nothing is left', () => {
  expect(foreignText('a\0b\u001bc\u0085d')).toBe('abcd');
  expect(foreignText('a\ud800')).toBe('a\ufffd');
  for (const text of [undefined, '', ' \n ', '\0\u0007']) expect(foreignText(text)).toBeUndefined();
});

it('is bounded, well formed and trimmed whatever comes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (text) => {
      const kept = foreignText(text) ?? 'x';
      expect(Array.from(kept).length).toBeLessThanOrEqual(FOREIGN_CHARACTERS_MAX);
      expect(kept.isWellFormed() && kept === kept.trim()).toBe(true);
    }),
  );
});

it('takes a uri as it is or not at all', () => {
  for (const uri of ['https://idp.example.org', 'urn:auditbox:api-key', 'C187CC480FAC40A0936902D8BC324F5F'])
    expect(foreignUri(uri)).toBe(uri);
  const tooLong = `urn:${'x'.repeat(FOREIGN_CHARACTERS_MAX)}`;
  for (const text of [undefined, '', 'a b', 'a\u00a0b', ' a', 'a\0', tooLong])
    expect(foreignUri(text)).toBeUndefined();
});
