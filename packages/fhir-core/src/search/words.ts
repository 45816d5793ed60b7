/**
 * Words, for `_text` and `_content`: runs of letters, digits and their marks, without case and accents. Index and
 * query split with this one function, and what is not a word is nothing: there is no grammar.
 */
import { foldLetters, isAscii } from './fold.ts';
import { Memo } from './memo.ts';
import { KEY_CHARS_MAX, stringPrint } from './print.ts';

const WORD = /[\p{L}\p{N}\p{M}]+/gu;

/** By ASCII's codes, whether it is in a word, of text without upper case. */
const IN_WORD = Array.from({ length: 128 }, (_, code) => /[a-z0-9]/.test(String.fromCharCode(code)));

/** The words of what is not ASCII: mostly a part of a name, and dear to fold. */
const folded = new Memo(
  (part: string): readonly string[] => foldLetters(part).match(WORD) ?? [],
  (one, other) => one === other,
  (words) => words.reduce((units, word) => units + word.length, 0),
);

/** The words of `text`, folded, in their order. */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  if (isAscii(text)) addAscii(words, text);
  else {
    // Folding looks at what stands beside a letter, but never beyond a blank. Of most texts only a name is not ASCII.
    for (const part of text.split(' ')) {
      if (isAscii(part)) addAscii(words, part);
      else {
        // What is kept of a part keeps the text that it is a part of.
        const print = text.length > KEY_CHARS_MAX ? 0 : stringPrint(part);
        for (const word of folded.get(part, print)) words.push(word);
      }
    }
  }
  return words;
}

/** The same by a loop, several times as fast. */
function addAscii(words: string[], text: string): void {
  const lower = text.toLowerCase();
  let begin = -1;
  for (let at = 0; at < lower.length; at++) {
    if (IN_WORD[lower.charCodeAt(at)] === true) {
      if (begin < 0) begin = at;
    } else if (begin >= 0) {
      words.push(lower.slice(begin, at));
      begin = -1;
    }
  }
  if (begin >= 0) words.push(lower.slice(begin));
}
