/**
 * Which program sends, by its `User-Agent`. By RFC 9110 (10.1.5) its first product is the one that counts, so that is
 * what `curl/8.5.0` and `HAPI-FHIR/6.4.0 (…)` are called by; browsers all say `Mozilla/5.0` there for reasons of
 * history, and which one it is takes a list of them.
 */
import { BROWSER_MAP, getParser } from 'bowser';
import { remembered } from './remembered.ts';

/** Characters of the header. Browsers inside of apps say 400; what is longer costs time and is no program's name. */
export const USER_AGENT_CHARS_MAX = 512;
/** Characters of a name, and of a version. */
export const PROGRAM_CHARS_MAX = 64;
/** Headers that are remembered, half a megabyte at most. */
const REMEMBERED_MAX = 500;

/** RFC 9110, 10.1.5: product = token ["/" product-version]; 5.6.2: token. */
const PRODUCT = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:\/([!#$%&'*+.^_`|~0-9A-Za-z-]+))?/;

/** What browsers say first. Opera said its own name there, with a version at which it stopped. */
const BROWSER = /^(?:Mozilla|Opera)\//;

const BROWSERS: ReadonlySet<string | undefined> = new Set(Object.values(BROWSER_MAP));

export type Program = { readonly user_agent_name?: string; readonly user_agent_version?: string };

const NONE: Program = {};

const programOfHeader = remembered(readHeader, REMEMBERED_MAX);

/** Nothing where the header says none, or is longer than its bound. */
export function programOf(header: string | undefined): Program {
  if (header === undefined || header === '' || header.length > USER_AGENT_CHARS_MAX) return NONE;
  return programOfHeader(header);
}

function readHeader(header: string): Program {
  const [, product, productVersion] = PRODUCT.exec(header) ?? [];
  const { name, version } = BROWSER.test(header)
    ? browserOf(header)
    : { name: product, version: productVersion };
  if (!isShort(name)) return NONE;
  return { user_agent_name: name, ...(isShort(version) && { user_agent_version: version }) };
}

/** What is not known to be one is not called by the words of its header. */
function browserOf(header: string): { name?: string | undefined; version?: string | undefined } {
  const browser = getParser(header, true).getBrowser();
  return BROWSERS.has(browser.name) ? browser : {};
}

function isShort(text: string | undefined): text is string {
  return text !== undefined && text !== '' && text.length <= PROGRAM_CHARS_MAX;
}
