/** Numbers by which a `Memo` finds its keys: cheap, and of what comes in events rarely the same for two texts. */

/** What is longer is not kept: it rarely comes twice, and there is to be a bound on what is. */
export const KEY_CHARS_MAX = 256;
/** Systems, names and ids differ at their ends. */
const LAST_CHARS = 16;

/** Of several texts in a row: `before` is the print so far. 0 stays 0, and is what one gets with a text too long. */
export function stringPrint(text: string | undefined, before = 1): number {
  if (text === undefined) return before === 0 ? 0 : Math.imul(before, 37) | 1;
  const { length } = text;
  if (before === 0 || length > KEY_CHARS_MAX) return 0;
  let print = Math.imul(before, 31) + length;
  for (let at = length > LAST_CHARS ? length - LAST_CHARS : 0; at < length; at++) {
    print = Math.imul(print, 31) + text.charCodeAt(at);
  }
  // The upper half into the lower, which is what chooses the place.
  return (print ^ (print >>> 15)) | 0 || 1;
}
