/**
 * Text from outside (claims, addresses, request ids) as an event may hold it: bounded, Unicode, without what R4's
 * string does not allow. Whatever comes in, the event that it goes into is valid.
 */

/** In code points. Names and ids are shorter; what is longer is there to fill the log. */
export const FOREIGN_CHARACTERS_MAX = 255;

/** In UTF-16 code units: more is not even looked at. */
const READ_UNITS_MAX = 8 * FOREIGN_CHARACTERS_MAX;

/** R4: no "character points below 32, except for u0009 (horizontal tab), u0010 (carriage return) and u0013 (line feed)". */
const CONTROLS = /[^\P{Cc}\t\r\n]/gu;

/** Undefined where nothing is left. */
export function foreignText(text: string | undefined): string | undefined {
  if (typeof text !== 'string') return undefined;
  const clean = text.slice(0, READ_UNITS_MAX).toWellFormed().replace(CONTROLS, '').trim();
  const kept = Array.from(clean).slice(0, FOREIGN_CHARACTERS_MAX).join('').trimEnd();
  return kept === '' ? undefined : kept;
}

/** Undefined where the text, whole and as it is, is no R4 uri: half of a uri is another one. */
export function foreignUri(text: string | undefined): string | undefined {
  return text !== undefined && foreignText(text) === text && !/\s/u.test(text) ? text : undefined;
}
