/**
 * The words of texts, each once, in the order in which they first come. Made anew for each event: to look for a text that
 * came before costs as much as to cut it.
 */
import { exactTerm } from './term.ts';
import { wordsOf } from './words.ts';

/** JSON; undefined where there are no texts. Texts without a word are there all the same. */
export function projectWords(texts: readonly string[]): string | undefined {
  if (texts.length === 0) return undefined;
  const words = new Set<string>();
  for (const text of texts) for (const word of wordsOf(text)) words.add(exactTerm(word));
  return JSON.stringify([...words]);
}
