/**
 * Words, for `_text` and `_content`: runs of letters, digits and their marks, without case and accents. Index and
 * query split with this one function, and what is not a word is nothing: there is no grammar.
 */
import { foldLetters, isAscii } from './fold.ts';

const WORD = /[\p{L}\p{N}\p{M}]+/gu;
/** The same of a text that is ASCII, as most are, in half the time. */
const ASCII_WORD = /[a-z0-9]+/g;

/** The words of `text`, folded, in their order. */
export function wordsOf(text: string): string[] {
  return foldLetters(text).match(isAscii(text) ? ASCII_WORD : WORD) ?? [];
}
