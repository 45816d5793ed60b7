/**
 * Text as R4's searches compare it: string search is "insensitive to case and accents", and may ignore punctuation
 * and runs of white space (http://hl7.org/fhir/R4/search.html#string).
 */

/**
 * Letters alone. Compatible characters (`ﬁ`, `²`) are those that they stand for; what only formats (a soft hyphen, a
 * joiner) is nothing; accents go, but not what makes another letter of one (vowel signs of Indic scripts, the voicing
 * of kana); and letters with a stroke, which Unicode does not take apart, are those without.
 */
export function folded(text: string): string {
  if (/^[ -~]*$/.test(text)) return text.toLowerCase();
  let letters = '';
  for (const character of text.normalize('NFKD')) {
    if (isAccent(character) || /\p{Cf}/u.test(character)) continue;
    for (const letter of withoutCase(character)) letters += UNSTROKED[letter] ?? letter;
  }
  return letters.normalize('NFC');
}

/** Accents of Latin, Greek and Cyrillic, and the vowel points of Arabic and Hebrew. */
function isAccent(character: string): boolean {
  if (!/\p{Mn}/u.test(character) || character === '\u3099' || character === '\u309A') return false;
  return /[\p{Script=Inherited}\p{Script=Arabic}\p{Script=Hebrew}]/u.test(character);
}

const UNSTROKED: Readonly<Record<string, string>> = {
  ...{ ø: 'o', ł: 'l', đ: 'd', ħ: 'h', ŧ: 't', ı: 'i' },
  ...{ æ: 'ae', œ: 'oe' },
};

/** Codes. By way of upper case, because only there `ß` and `SS`, or `ς` and `σ`, are one; `ẞ` is `ß` in lower. */
export function withoutCase(text: string): string {
  if (/^[ -~]*$/.test(text)) return text.toLowerCase();
  return [...text]
    .map((character) => character.toLowerCase().toUpperCase().toLowerCase())
    .join('')
    .replaceAll('ς', 'σ');
}

/** As Unicode has it; `^`, which parts the names of HL7 version 2, and other signs of ASCII are none there. */
const PUNCTUATION = /[\p{P}$+<=>^`|~]/gu;

/** R4 lets both be: punctuation that parts words (`Adams^John`), and punctuation within one (`O'Connor`). */
export type Reading = (text: string) => string;
/** Names, displays, descriptions: what parts words is one blank. */
export const foldedText: Reading = (text) => blanksAsOne(folded(text).replace(PUNCTUATION, ' '));
const foldedWithout: Reading = (text) => blanksAsOne(folded(text).replace(PUNCTUATION, ''));
/** Network addresses, of which punctuation is a part. */
export const foldedAddress: Reading = (text) => blanksAsOne(folded(text));

/** A text and a search value are compared in the same reading, whichever one finds it. */
export const READINGS: readonly Reading[] = [foldedText, foldedWithout];

function blanksAsOne(text: string): string {
  return text
    .split(/[\p{Z}\p{Cc}]/u)
    .filter((word) => word !== '')
    .join(' ');
}

/** Runs of letters and digits with their marks. */
export function wordsIn(text: string): string[] {
  return folded(text)
    .split(/[^\p{L}\p{N}\p{M}]/u)
    .filter((word) => word !== '');
}

/** The order of code points. */
export function compareText(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const difference = (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
