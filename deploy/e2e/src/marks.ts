/**
 * Marked strings, put wherever a client, a site or a backend can put text, and the search for them in what came out: as
 * they are, in any case, in hexadecimal, percent-encoded and in base64.
 */

/** In every mark, and nowhere else. Letters and digits alone, so that no rule of a path, a header or a claim is in its way. */
const ROOT = 'Sekret7Q4';

/** `what` says where the mark was put. */
export const mark = (what: string): string => `${ROOT}${what}`;

/** A mark on a line of its own that looks like one of a stack. */
export const stackMark = (what: string): string => `x\n    at ${mark(what)} (${mark(what)}:1:1)\n`;

/** What stands around each mark that is found in `text`. */
export function leaksIn(text: string): string[] {
  const folded = text.toLowerCase();
  return [
    ...FOLDED_FORMS.flatMap((form) => around(folded, form, text)),
    ...BASE64_FORMS.flatMap((form) => around(text, form, text)),
  ];
}

const bytes = Buffer.from(ROOT);
const FOLDED_FORMS: readonly string[] = [
  ROOT.toLowerCase(),
  bytes.toString('hex'),
  Buffer.from(ROOT.toLowerCase()).toString('hex'),
  [...bytes].map((byte) => `%${byte.toString(16)}`).join(''),
  // As a list of bytes, which is how a Buffer looks in JSON.
  [...bytes].join(','),
];
/** At each of the three places where it can begin, without the characters that hold bits of what is around it. */
const BASE64_FORMS: readonly string[] = [0, 1, 2].map((before) => {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64url');
  const first = Math.ceil((before * 8) / 6);
  const last = Math.floor(((before + bytes.length) * 8) / 6);
  return text.slice(first, last);
});

/** Characters to each side. */
const AROUND = 60;

function around(text: string, form: string, shown: string): string[] {
  const found: string[] = [];
  for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + form.length))
    found.push(shown.slice(Math.max(0, at - AROUND), at + form.length + AROUND));
  return found;
}
