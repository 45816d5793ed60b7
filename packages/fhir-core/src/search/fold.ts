/**
 * Folding: what makes no difference to a search is taken away. Index and query fold with these same functions, so they
 * always agree; Elasticsearch only compares. Why so: docs/decisions/0020.
 */

/** Most texts: of them only case is to be taken away, and their punctuation is a short list. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are ASCII too.
const ASCII = /^[\u0000-\u007f]*$/;

/** Characters that nobody sees: soft hyphens, joiners, marks of direction. */
const INVISIBLE = /\p{Cf}+/gu;

/**
 * Accents, and the vowel points of Arabic and Hebrew, which most texts leave out. Not the vowel signs of Indic scripts
 * and not Japanese voicing: without them it is another word.
 */
const ACCENTS = /[[\p{Mn}&&[\p{Script=Inherited}\p{Script=Arabic}\p{Script=Hebrew}]]--[\u3099\u309a]]+/gv;

/** Letters with a stroke and ligatures, which Unicode does not take apart, as they are typed; and sigma's form at an end. */
const PLAIN: Readonly<Record<string, string>> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ħ: 'h',
  ŧ: 't',
  æ: 'ae',
  œ: 'oe',
  ς: 'σ',
};
const STROKED = /[øłđħŧæœς]/g;

/** An accent alone, which many type for an apostrophe; Unicode takes it apart into a blank and an accent. */
const ACUTE = '´';

/** Unicode's punctuation, and what ASCII has beside it: HL7 v2 writes `Adams^John`. */
const PUNCTUATION = '\\p{P}$+<=>^`|~';
const BETWEEN_WORDS = new RegExp(`[${PUNCTUATION}\\p{Z}\\p{Cc}]+`, 'gu');
const SIGNS = new RegExp(`[${PUNCTUATION}]+`, 'gu');
const WHITE_SPACE = /[\p{Z}\p{Cc}]+/gu;

/** Of folded ASCII, which has no upper case: the same three, several times as fast. */
const ASCII_BETWEEN_WORDS = /[^a-z0-9]+/g;
const ASCII_SIGNS = /[!-/:-@[-`{-~]+/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they count as white space.
const ASCII_WHITE_SPACE = /[\u0000-\u0020\u007f]+/g;
/** What folding leaves as it is. */
const FOLDED = /^[a-z0-9]+(?: [a-z0-9]+)*$/;

export function isAscii(text: string): boolean {
  return ASCII.test(text);
}

/** Without case and accents: `Müller` and `MULLER` are one, and so are `Straße`, `STRASSE` and `STRAẞE`. */
export function foldLetters(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  const plain = foldCase(
    text.replaceAll(ACUTE, "'").normalize('NFKD').replace(INVISIBLE, '').replace(ACCENTS, ''),
  );
  // What is still taken apart is put together again, so that 한국 is not found by 하.
  return plain.replace(STROKED, (letter) => PLAIN[letter] ?? letter).normalize('NFC');
}

/**
 * For names and descriptions. R4 (search.html#string) ignores punctuation and white space that is repeated, which can be
 * read in two ways, and both hold: `spaced` has a blank for each run of them, `solid` has no punctuation at all.
 */
export function foldText(text: string): Folded {
  const letters = foldLetters(text);
  if (FOLDED.test(letters)) return { spaced: letters, solid: letters };
  if (isAscii(text)) {
    return {
      spaced: letters.replace(ASCII_BETWEEN_WORDS, ' ').trim(),
      solid: letters.replace(ASCII_SIGNS, '').replace(ASCII_WHITE_SPACE, ' ').trim(),
    };
  }
  return {
    spaced: letters.replace(BETWEEN_WORDS, ' ').trim(),
    solid: letters.replace(SIGNS, '').replace(WHITE_SPACE, ' ').trim(),
  };
}

export type Folded = { readonly spaced: string; readonly solid: string };

/** For network addresses, in which a dot or a colon means something: only runs of white space count as one space. */
export function foldAddress(text: string): Folded {
  const letters = foldLetters(text);
  const spaced = letters.replace(isAscii(text) ? ASCII_WHITE_SPACE : WHITE_SPACE, ' ').trim();
  return { spaced, solid: spaced };
}

/** For codes: case is ignored, as R4 advises when in doubt; nothing else is. */
export function foldCode(code: string): string {
  return foldCase(code);
}

/** Full case folding in three steps: only upper case knows that `ß` is `SS`, only lower case that `ẞ` is `ß`. */
function foldCase(text: string): string {
  return isAscii(text) ? text.toLowerCase() : text.toLowerCase().toUpperCase().toLowerCase();
}
