import { describe, expect, it } from 'vitest';
import { folded, foldedText, READINGS, withoutCase, wordsIn } from './folded.ts';

it.each([
  ['Straße', 'strasse'],
  ['STRAẞE', 'STRASSE'],
  ['ΣΊΣΥΦΟΣ', 'σισυφος'],
  ['É\u0301rika', 'erika'],
  ['Søren Ærø', 'soren aero'],
  ['Ǿ', 'o'],
  ['Łódź', 'lodz'],
  ['Đorđe Ħŧ', 'dorde ht'],
  ['İIıi', 'iiii'],
  ['Œuvre', 'oeuvre'],
  ['co\u00ADopt\u200B\u200C\u200D\u200E', 'coopt'],
  ['한국', '\u1112\u1161\u11ab\u1100\u116e\u11a8'],
  ['か\u3099', 'が'],
  ['ﾊﾟ', 'パ'],
  ['ﬁ ²', 'fi 2'],
  ['شَمْس', 'شمس'],
  ['שָׁלוֹם', 'שלום'],
])('%s and %s are one', (a, b) => expect(folded(a)).toBe(folded(b)));

it.each([
  ['한국', '하국'],
  ['が', 'か'],
  ['パ', 'ハ'],
  ['कि', 'क'],
  ['पत्र', 'पतर'],
  ['ä', 'ae'],
  ['ß', 's'],
])('%s and %s are two', (a, b) => expect(folded(a)).not.toBe(folded(b)));

describe('a code', () => {
  it('is folded in case alone', () => {
    expect(withoutCase('STRAẞE')).toBe(withoutCase('straße'));
    expect(withoutCase('ΟΣ')).toBe(withoutCase('ος'));
    expect(withoutCase('ä')).not.toBe(withoutCase('a'));
    expect(withoutCase('ø')).not.toBe(withoutCase('o'));
  });
});

it.each([
  ['Adams^John^^Dr', ['adams john dr', 'adamsjohndr']],
  ["O'Connor", ['o connor', 'oconnor']],
  ['Oconnor', ['oconnor', 'oconnor']],
  [' x -- y ', ['x y', 'x y']],
  ['a+b=c`d|e~f$g<h>', ['a b c d e f g h', 'abcdefgh']],
  ['50 % ½ © ´a', ['50 1⁄2 © a', '50 1⁄2 © a']],
  ['...', ['', '']],
])('%s is read as %j', (text, readings) =>
  expect(READINGS.map((reading) => reading(text))).toEqual(readings),
);

it('the first reading is the one that sorts', () => expect(foldedText("O'C")).toBe('o c'));

it.each([
  ['1.10', ['1', '10']],
  ['7E+2', ['7e', '2']],
  ['co\u00ADopt, 한국; पत्र', ['coopt', '한국', 'पत्र']],
  ['½', ['1', '2']],
  ["O'Connor", ['o', 'connor']],
])('%s has the words %j', (text, words) => expect(wordsIn(text)).toEqual(words));
