/**
 * Case and accent folding. Index and query fold with these same functions, so they always agree; Elasticsearch
 * only compares.
 */

/** Latin, Greek, Cyrillic… without case and accents: `Müller` and `MULLER` are one. */
export function foldLetters(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ');
}

/** For names and descriptions: runs of white space and punctuation count as one space (R4 search, string). */
export function foldText(text: string): string {
  return foldLetters(text)
    .replace(/[\p{P}\p{Z}\p{Cc}]+/gu, ' ')
    .trim();
}

/** For network addresses, in which a dot or a colon means something: only runs of white space count as one space. */
export function foldAddress(text: string): string {
  return foldLetters(text)
    .replace(/[\p{Z}\p{Cc}]+/gu, ' ')
    .trim();
}

/** For codes: case is ignored, as R4 advises when in doubt; nothing else is. */
export function foldCode(code: string): string {
  return code.toUpperCase().toLowerCase();
}
