/**
 * Words, for `_text` and `_content`: runs of letters, digits and their marks, without case and accents. Index and
 * query split with this one function, and what is not a word is nothing: there is no grammar.
 */
import { foldLetters } from './fold.ts';

const WORD = /[\p{L}\p{N}\p{M}]+/gu;

/** The words of `text`, folded, in their order. */
export function wordsOf(text: string): string[] {
  return foldLetters(text).match(WORD) ?? [];
}
