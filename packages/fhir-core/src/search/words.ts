/**
 * Words, for `_text` and `_content`: runs of letters, digits and their marks, without case and accents. Index and
 * query split with this one function, and what is not a word is nothing: there is no grammar.
 */
import { foldLetters } from './fold.ts';
import { Memo } from './memo.ts';
import { KEY_CHARS_MAX, stringPrint } from './print.ts';
import { beginning, textDigest } from './term.ts';

/**
 * UTF-16 code units of a word that is compared as it is. A longer one is its beginning and a digest, 255 at most: there
 * Elasticsearch's `whitespace` analyzer would cut it.
 */
export const WORD_CHARS_MAX = 190;

const WORD = /[\p{L}\p{N}\p{M}]+/gu;

const BLANK = 0x20;
const ASCII_END = 0x80;

/** By ASCII's codes: as it is in a word, or a blank. */
const IN_WORD = Uint8Array.from({ length: ASCII_END }, (_, code) => {
  const letter = String.fromCharCode(code).toLowerCase();
  return /[a-z0-9]/.test(letter) ? letter.charCodeAt(0) : BLANK;
});

/** The words of what is not ASCII: mostly a part of a name, and dear to fold. */
const folded = new Memo(
  (part: string): readonly string[] => foldLetters(part).match(WORD) ?? [],
  (one, other) => one === other,
  (words) => words.reduce((units, word) => units + word.length, 0),
);

const USUAL_BYTES = 8 * 1024;
const KEPT_BYTES_MAX = 1024 * 1024;

/** Words of ASCII, a byte a character. Written over by each call. */
let written = Buffer.allocUnsafe(USUAL_BYTES);

/** The words of `texts`, folded, each as it is compared, with a blank between them. No word goes on in the next text. */
export function wordText(texts: readonly string[]): string {
  let end = 0;
  let others = '';
  for (const text of texts) {
    const endMax = end + text.length + 1;
    if (endMax > written.length) written = Buffer.concat([written], 2 * endMax);
    const after = writeAscii(text, end);
    if (after >= 0) end = after;
    else {
      // Of most of them only a name is not ASCII. Folding looks at what stands beside a letter, but never beyond a blank.
      for (const part of text.split(' ')) {
        const after = writeAscii(part, end);
        if (after >= 0) end = after;
        else {
          // What is kept of a part keeps the text that it is a part of.
          const print = text.length > KEY_CHARS_MAX ? 0 : stringPrint(part);
          for (const word of folded.get(part, print)) others += ` ${bounded(word)}`;
        }
      }
    }
  }
  const words = written.toString('latin1', 0, end);
  if (written.length > KEPT_BYTES_MAX) written = Buffer.allocUnsafe(USUAL_BYTES);
  return end === 0 ? others.slice(1) : words + others;
}

/** The words of a text, each as it is compared. */
export function wordsOf(text: string): string[] {
  const words = wordText([text]);
  return words === '' ? [] : words.split(' ');
}

/** Where the words of `text` end, written behind those that end at `end`; -1 where it is not ASCII or has a long one. */
function writeAscii(text: string, end: number): number {
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= ASCII_END) return -1;
    const letter = IN_WORD[code] as number;
    if (letter === BLANK) length = 0;
    else {
      if (length === 0 && end > 0) written[end++] = BLANK;
      written[end++] = letter;
      if (++length > WORD_CHARS_MAX) return -1;
    }
  }
  return end;
}

function bounded(word: string): string {
  return word.length <= WORD_CHARS_MAX ? word : `${beginning(word, WORD_CHARS_MAX)}-${textDigest(word)}`;
}
