import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Folded, foldAddress, foldCode, foldLetters, foldText } from './fold.ts';
import { wordsOf } from './words.ts';

describe('folding', () => {
  it.each([
    ['Straße', 'STRASSE', 'STRAẞE'],
    ['Müller', 'MU\u0308LLER', 'müller'],
    ['Søren Łukasz Đặng', 'soren lukasz dang'],
    ['ΟΔΟΣ', 'οδος', 'όδος'],
    ['İstanbul', 'istanbul', 'ISTANBUL', 'ıstanbul'],
    ['Mül\u00adler', 'Müller'],
    ['علی\u200cرضا', 'علیرضا'],
    ['ﬁn', 'FIN'],
    ['한국', '한국'.normalize('NFD')],
  ])('makes %s one with its other forms', (first, ...others) => {
    for (const other of others) expect(foldLetters(other)).toBe(foldLetters(first));
  });

  it.each([
    ['한국', '하국'],
    ['राम', 'रीमा'],
    ['が', 'か'],
    ['a', 'b'],
  ])('keeps %s and %s apart', (one, other) => expect(foldLetters(one)).not.toBe(foldLetters(other)));

  it('leaves no character half: what begins otherwise is no beginning', () =>
    expect(foldLetters('한국').startsWith(foldLetters('하'))).toBe(false));

  it('reads punctuation in both ways', () => {
    expect(foldText('Adams^John^^Dr.')).toEqual({ spaced: 'adams john dr', solid: 'adamsjohndr' });
    expect(foldText("O'Connor,  Ann")).toEqual({ spaced: 'o connor ann', solid: 'oconnor ann' });
    expect(foldText('O´Connor')).toEqual({ spaced: 'o connor', solid: 'oconnor' });
    expect(foldAddress(' 10.0.0.1 \t x')).toEqual({ spaced: '10.0.0.1 x', solid: '10.0.0.1 x' });
  });

  it('of codes takes case away and nothing else', () => {
    expect(foldCode('STRAẞE É')).toBe(foldCode('straße é'));
    expect(foldCode('é')).not.toBe(foldCode('e'));
  });

  it('folds what is all ASCII as it folds the same within other text', () => {
    const ascii = fc.string({ unit: fc.nat(0x7f).map((code) => String.fromCharCode(code)) });
    fc.assert(
      fc.property(ascii, (text) => {
        const within = (fold: (text: string) => Folded) => {
          const { spaced, solid } = fold(text);
          const found = fold(`${text} ß`);
          expect(found).toEqual({ spaced: `${spaced} ss`.trim(), solid: `${solid} ss`.trim() });
        };
        within(foldText);
        within(foldAddress);
        expect(wordsOf(`${text} ß`)).toEqual([...wordsOf(text), 'ss']);
      }),
      { numRuns: 2000 },
    );
  });

  it('is done after once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const folded = foldLetters(text);
        expect(foldLetters(folded)).toBe(folded);
      }),
    );
  });

  it('finds the words of a text whatever it is folded to', () => {
    expect(wordsOf('½ ﷺ Mül\u00adler’s')).toEqual(expect.arrayContaining(['1', '2', 'muller', 's']));
    expect(wordsOf('½ ﷺ').every((word) => wordsOf(word).join() === word)).toBe(true);
  });
});
