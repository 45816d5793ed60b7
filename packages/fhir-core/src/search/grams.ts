/**
 * `:contains` as an index structure: a folded value becomes the three characters that begin at each of its places.
 * What it contains is a phrase of them, to the character; what is shorter than three is the beginning of one. So a
 * search costs what it finds, not what there is.
 *
 * The engine splits at white space and compares positions; it never folds, stems or parses.
 */

/** Characters (code points) of a gram; the last ones of a value are shorter. */
export const GRAM_CHARS = 3;

/** Stands for the blank within a gram: folding leaves none of it, and to the engine it is no white space. */
const BLANK = '\u00a0';
const BLANK_CODE = 0xa0;

/** Above so many characters a text is not made of codes at once: a call takes only so many arguments. */
const AT_ONCE_CHARS_MAX = 256;

/** The grams of a folded value, in the order of their places, with blanks between them. */
export function gramsOf(folded: string): string {
  if (folded.length > AT_ONCE_CHARS_MAX || SURROGATE.test(folded)) return grams(folded, 1).join(' ');
  const codes: number[] = [];
  for (let at = 0; at < folded.length; at++) {
    if (at > 0) codes.push(0x20);
    const end = Math.min(at + GRAM_CHARS, folded.length);
    for (let each = at; each < end; each++) {
      const code = folded.charCodeAt(each);
      codes.push(code === 0x20 ? BLANK_CODE : code);
    }
  }
  return String.fromCharCode(...codes);
}

/** What finds the values that contain `folded`: the beginning of a gram, or a phrase of whole ones. */
export function containing(folded: string): { readonly beginning: string } | { readonly phrase: string } {
  const phrase = grams(folded, GRAM_CHARS);
  return phrase.length === 0 ? { beginning: folded.replaceAll(' ', BLANK) } : { phrase: phrase.join(' ') };
}

/** Half of a character beyond the first 65,536. */
const SURROGATE = /[\ud800-\udfff]/;

/** Grams of at least `charsMin` code points: half of a surrogate pair would be no character. */
function grams(folded: string, charsMin: number): string[] {
  const text = folded.replaceAll(' ', BLANK);
  const found: string[] = [];
  if (!SURROGATE.test(text)) {
    for (let at = 0; at + charsMin <= text.length; at++) found.push(text.slice(at, at + GRAM_CHARS));
    return found;
  }
  const characters = [...text];
  for (let at = 0; at + charsMin <= characters.length; at++) {
    found.push(characters.slice(at, at + GRAM_CHARS).join(''));
  }
  return found;
}
