/**
 * What R4 allows in a narrative (http://hl7.org/fhir/R4/narrative.html#rules): well-formed XML of basic HTML
 * formatting, without active content, and with something to read (txt-1, txt-2).
 *
 * One pass over the text, with a stack of its own: linear in time and memory, which the bound of a string bounds,
 * however deep the elements nest. It never throws, builds no document, and repeats nothing that it read.
 */

export type XhtmlFault = 'xhtml' | 'txt-1' | 'txt-2';

const XHTML = 'http://www.w3.org/1999/xhtml';

/** HTML 4.0, chapters 7 to 11 (but 9.4) and 15, links and images; not what HTML 4.0 itself deprecates. */
const ELEMENTS: ReadonlySet<string> = new Set(
  (
    'a abbr acronym address area b bdo big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 ' +
    'h4 h5 h6 hr i img kbd li map ol p pre q samp small span strong sub sup table tbody td tfoot th thead tr tt ul var'
  ).split(' '),
);

/** The attributes of those chapters, and style. */
const ATTRIBUTES: ReadonlySet<string> = new Set(
  (
    'abbr accesskey align alt axis bgcolor border cellpadding cellspacing char charoff charset cite class clear ' +
    'colspan compact coords dir frame headers height hreflang id ismap lang longdesc name nohref noshade nowrap rel ' +
    'rev rowspan rules scope shape size span start style summary tabindex title type usemap valign value width ' +
    'xml:lang xml:space'
  ).split(' '),
);

/** Where an attribute belongs to some elements only. */
const LINKS: Readonly<Record<string, readonly string[]>> = { href: ['a', 'area'], src: ['img'] };

/** Of the attributes that any element may have, those whose value is a URL. */
const URL_ATTRIBUTES = new Set(['cite', 'longdesc', 'usemap']);

/** Schemes that run what follows them, as browsers read them: blanks and controls are skipped. */
const ACTIVE_SCHEME = /^(?:javascript:|vbscript:|data:text\/)/i;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML refuses.
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const NAME = /[A-Za-z_][A-Za-z0-9_.:-]*/y;
const BLANKS = /[ \t\r\n]*/y;
const ENTITY = /&(?:amp|lt|gt|quot|apos|#([0-9]{1,10})|#x([0-9A-Fa-f]{1,8}));/y;

/** The first fault of `text` as the `div` of a narrative, or undefined where it is as R4 has it. */
export function narrativeFault(text: string): XhtmlFault | undefined {
  if (NOT_XML.test(text)) return 'xhtml';
  return new Scanner(text).scan();
}

class Scanner {
  readonly #text: string;
  #at = 0;
  readonly #open: string[] = [];
  /** What stands before the names of elements, where the root has a prefix. */
  #prefix = '';
  #hasRoot = false;
  #hasContent = false;
  #isBasic = true;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): XhtmlFault | undefined {
    if (this.#text.startsWith('<?xml ') && !this.#skip('?>')) return 'xhtml';
    while (this.#at < this.#text.length) if (!this.#next()) return 'xhtml';
    if (!this.#hasRoot || this.#open.length > 0) return 'xhtml';
    if (!this.#isBasic) return 'txt-1';
    return this.#hasContent ? undefined : 'txt-2';
  }

  /** Reads one piece of text, or of markup. False where it is not well-formed. */
  #next(): boolean {
    const text = this.#text;
    if (text[this.#at] !== '<') return this.#textUntil(text.indexOf('<', this.#at));
    if (text.startsWith('<!--', this.#at)) return this.#comment();
    if (text.startsWith('<![CDATA[', this.#at)) return this.#cdata();
    if (text.startsWith('<?', this.#at)) {
      this.#isBasic = false;
      return this.#skip('?>');
    }
    return text.startsWith('</', this.#at) ? this.#endTag() : this.#startTag();
  }

  #textUntil(end: number): boolean {
    const run = this.#text.slice(this.#at, end < 0 ? undefined : end);
    this.#at += run.length;
    const content = expanded(run);
    if (content === undefined || run.includes(']]>')) return false;
    if (isBlank(content)) return true;
    this.#hasContent = true;
    return this.#open.length > 0;
  }

  #comment(): boolean {
    this.#at += '<!--'.length;
    return this.#skip('--') && this.#take('>');
  }

  #cdata(): boolean {
    const start = this.#at + '<![CDATA['.length;
    if (this.#open.length === 0 || !this.#skip(']]>')) return false;
    if (!isBlank(this.#text.slice(start, this.#at - ']]>'.length))) this.#hasContent = true;
    return true;
  }

  #endTag(): boolean {
    this.#at += 2;
    const name = this.#read(NAME);
    this.#read(BLANKS);
    return name === this.#open.pop() && this.#take('>');
  }

  #startTag(): boolean {
    this.#at += 1;
    const name = this.#read(NAME);
    if (name === '') return false;
    const attributes = this.#attributes();
    if (attributes === undefined) return false;
    if (this.#open.length === 0 && !this.#root(name, attributes)) return false;
    this.#look(name, attributes);
    const isEmpty = this.#take('/');
    if (!isEmpty) this.#open.push(name);
    return this.#take('>');
  }

  /** The root is the div of XHTML, and there is one. */
  #root(name: string, attributes: ReadonlyMap<string, string>): boolean {
    if (this.#hasRoot) return false;
    this.#hasRoot = true;
    const colon = name.indexOf(':');
    this.#prefix = name.slice(0, colon + 1);
    const namespace = attributes.get(colon < 0 ? 'xmlns' : `xmlns:${name.slice(0, colon)}`);
    return name.slice(colon + 1) === 'div' && namespace === XHTML;
  }

  /** Whether an element and its attributes are basic formatting, and whether it is an image. */
  #look(name: string, attributes: ReadonlyMap<string, string>): void {
    const element = name.startsWith(this.#prefix) ? name.slice(this.#prefix.length) : '';
    if (!ELEMENTS.has(element)) this.#isBasic = false;
    if (element === 'img') this.#hasContent = true;
    for (const [attribute, value] of attributes) {
      const isAllowed =
        (ATTRIBUTES.has(attribute) && !(URL_ATTRIBUTES.has(attribute) && isActive(value))) ||
        (attribute === 'xmlns' && value === XHTML) ||
        attribute.startsWith('xmlns:') ||
        (Object.hasOwn(LINKS, attribute) && LINKS[attribute]?.includes(element) && !isActive(value));
      if (!isAllowed) this.#isBasic = false;
    }
  }

  /** The attributes of a start tag, up to its `>` or `/>`; undefined where they are not well-formed. */
  #attributes(): Map<string, string> | undefined {
    const attributes = new Map<string, string>();
    for (;;) {
      const blanks = this.#read(BLANKS);
      const next = this.#text[this.#at];
      if (next === '>' || next === '/') return attributes;
      const name = blanks === '' ? '' : this.#read(NAME);
      if (name === '' || attributes.has(name)) return undefined;
      this.#read(BLANKS);
      if (!this.#take('=')) return undefined;
      this.#read(BLANKS);
      const value = this.#quoted();
      if (value === undefined) return undefined;
      attributes.set(name, value);
    }
  }

  #quoted(): string | undefined {
    const quote = this.#text[this.#at] ?? '';
    if (quote !== '"' && quote !== "'") return undefined;
    const end = this.#text.indexOf(quote, this.#at + 1);
    if (end < 0) return undefined;
    const value = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return value.includes('<') ? undefined : expanded(value);
  }

  #read(pattern: RegExp): string {
    const from = this.#at;
    pattern.lastIndex = from;
    if (pattern.test(this.#text)) this.#at = pattern.lastIndex;
    return this.#text.slice(from, this.#at);
  }

  /** Goes behind the next `end`; false where there is none. */
  #skip(end: string): boolean {
    const at = this.#text.indexOf(end, this.#at);
    this.#at = at + end.length;
    return at >= 0;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }
}

/** `text` with its entities as characters; undefined where it has others than XML's own. */
function expanded(text: string): string | undefined {
  let plain = '';
  let from = 0;
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', from)) {
    ENTITY.lastIndex = at;
    const match = ENTITY.exec(text);
    if (match === null) return undefined;
    const [entity, decimal, hexadecimal] = match;
    // A named entity is a character that is not blank, whichever it is.
    const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '26', 16) : Number(decimal);
    const isSurrogate = code >= 0xd800 && code <= 0xdfff;
    if (code > 0x10ffff || isSurrogate || NOT_XML.test(String.fromCodePoint(code))) return undefined;
    plain += text.slice(from, at) + String.fromCodePoint(code);
    from = at + entity.length;
  }
  return plain + text.slice(from);
}

function isBlank(text: string): boolean {
  return /^[ \t\r\n]*$/.test(text);
}

function isActive(url: string): boolean {
  return ACTIVE_SCHEME.test(url.replace(/[\s\p{Cc}]/gu, ''));
}
