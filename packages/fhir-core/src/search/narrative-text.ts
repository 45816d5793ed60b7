/**
 * What a person reads in a narrative: its text without markup. The narrative is well-formed XHTML (validation has
 * seen to it), so a scan is enough. Elements part words, but for those within a line (`Pat<b>ient</b>` is one word).
 */
import { Memo } from './memo.ts';
import { stringPrint } from './print.ts';

/** Markup, comments, CDATA sections and character references, in the order of their beginnings. */
const PARTS =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<[^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*>|&(#?\w+);/g;

/** The name of an element, which may have a prefix. */
const TAG_NAME = /^<\/?(?:[\w.-]+:)?([a-z][a-z0-9]*)/i;

/** Elements that do not part words (HTML's phrasing elements among those that R4 allows). */
const WITHIN_A_LINE: ReadonlySet<string> = new Set([
  ...['a', 'abbr', 'acronym', 'b', 'bdo', 'big', 'cite', 'code', 'dfn', 'em', 'font', 'i', 'kbd', 'q', 's'],
  ...['samp', 'small', 'span', 'strike', 'strong', 'sub', 'sup', 'tt', 'u', 'var'],
]);

/** XML's own references: a narrative has no others. */
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const CODE_POINT_MAX = 0x10ffff;

/** An event is asked for it twice: for its narrative, and for all that is in it. */
const memo = new Memo(
  textOf,
  (one, other) => one === other,
  (text) => text.length,
);

/** The text of a Narrative's `div`. */
export function narrativeText(div: string): string {
  return memo.get(div, stringPrint(div));
}

function textOf(div: string): string {
  return div.replace(PARTS, (part, cdata: string | undefined, reference: string | undefined) => {
    if (cdata !== undefined) return cdata;
    if (reference !== undefined) return character(reference);
    if (part.startsWith('<!--')) return '';
    return WITHIN_A_LINE.has(TAG_NAME.exec(part)?.[1]?.toLowerCase() ?? '') ? '' : ' ';
  });
}

function character(reference: string): string {
  if (!reference.startsWith('#')) return NAMED[reference] ?? ' ';
  const code = /^#x/i.test(reference) ? Number.parseInt(reference.slice(2), 16) : Number(reference.slice(1));
  return code > 0 && code <= CODE_POINT_MAX ? String.fromCodePoint(code) : ' ';
}
