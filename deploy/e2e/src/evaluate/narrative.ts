/**
 * What a reader sees of a narrative (http://hl7.org/fhir/R4/narrative.html): a parser of as much XHTML as a valid
 * one has, one character after the other. What stands on lines of its own is parted from its neighbours; tags
 * within a line part nothing.
 */

/** What HTML shows as blocks, cells or breaks. */
const PARTING = new Set(
  'address blockquote br caption center col colgroup dd dir div dl dt h1 h2 h3 h4 h5 h6 hr img li map menu ol p pre table tbody td tfoot th thead tr ul'.split(
    ' ',
  ),
);

export function visibleText(xhtml: string): string {
  let text = '';
  let at = 0;
  const until = (end: string, from: number) => {
    const found = xhtml.indexOf(end, from);
    if (found < 0) throw new Error('the narrative is not well-formed');
    return found;
  };
  while (at < xhtml.length) {
    if (xhtml.startsWith('<!--', at)) {
      at = until('-->', at + 4) + 3;
    } else if (xhtml.startsWith('<![CDATA[', at)) {
      const end = until(']]>', at);
      text += xhtml.slice(at + 9, end);
      at = end + 3;
    } else if (xhtml[at] === '<') {
      const name = /^<\/?([\w:]+)/.exec(xhtml.slice(at))?.[1] ?? '';
      at = endOfTag(xhtml, at);
      if (PARTING.has(name)) text += '\n';
    } else if (xhtml[at] === '&') {
      const end = until(';', at);
      text += characterOf(xhtml.slice(at + 1, end));
      at = end + 1;
    } else {
      text += xhtml[at];
      at += 1;
    }
  }
  return text;
}

/** Past the `>` that is in no attribute's value. */
function endOfTag(xhtml: string, start: number): number {
  let quote = '';
  for (let at = start; at < xhtml.length; at++) {
    const character = xhtml[at] ?? '';
    if (quote === '' && character === '>') return at + 1;
    if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character === quote) quote = '';
  }
  throw new Error('the narrative is not well-formed');
}

function characterOf(reference: string): string {
  if (reference.startsWith('#x')) return String.fromCodePoint(Number.parseInt(reference.slice(2), 16));
  if (reference.startsWith('#')) return String.fromCodePoint(Number(reference.slice(1)));
  const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  const character = named[reference];
  if (character === undefined) throw new Error('XML has no such entity');
  return character;
}
