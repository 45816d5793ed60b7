/**
 * Text as R4's searches compare it: string search is "insensitive to case and accents", and may ignore punctuation
 * and runs of white space (http://hl7.org/fhir/R4/search.html#string).
 */

/** Without case and accents; compatible characters (`ﬁ`, `²`) as those that they stand for. */
export function withoutCaseAndAccents(text: string): string {
  if (/^[ -~]*$/.test(text)) return text.toLowerCase();
  let folded = '';
  for (const character of text.normalize('NFKD')) {
    if (!/\p{M}/u.test(character)) folded += withoutCase(character);
  }
  return folded;
}

/** Upper case first, because only there `ß` and `SS`, or `ς` and `σ`, are one. */
export function withoutCase(text: string): string {
  if (/^[ -~]*$/.test(text)) return text.toLowerCase();
  return [...text]
    .map((character) => character.toUpperCase().toLowerCase())
    .join('')
    .replaceAll('ς', 'σ');
}

/** Names, displays, descriptions: what parts words is one blank. */
export function foldedText(text: string): string {
  return withoutCaseAndAccents(text)
    .split(/[\p{P}\p{Z}\p{Cc}]/u)
    .filter((word) => word !== '')
    .join(' ');
}

/** Network addresses, of which punctuation is a part. */
export function foldedAddress(text: string): string {
  return withoutCaseAndAccents(text)
    .split(/[\p{Z}\p{Cc}]/u)
    .filter((word) => word !== '')
    .join(' ');
}

/** Runs of letters and digits with their marks. */
export function wordsIn(text: string): string[] {
  return text
    .split(/[^\p{L}\p{N}\p{M}]/u)
    .map(withoutCaseAndAccents)
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
