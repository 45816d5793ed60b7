/** The body of a `_search`: a form in UTF-8, of bounded size (R4 http.html#search). */
import type { AppEnv } from '@auditbox/service-kit';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { notUtf8, refusal } from './refusal.ts';

/** Bytes of a `_search` body: some thousand parameters' worth. */
export const SEARCH_BODY_BYTES_MAX = 1024 * 1024;

const FORM = 'application/x-www-form-urlencoded';

/** Bytes of a search for definitions: six parameters, and anybody may send it. */
export const DEFINITIONS_BODY_BYTES_MAX = 16 * 1024;

/** Answers 413 to a body over the bound. */
const limited = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: () => refusal(413, 'too-long', `A search has at most ${maxSize} bytes.`),
  });

export const limitedForm = limited(SEARCH_BODY_BYTES_MAX);
export const limitedDefinitionsForm = limited(DEFINITIONS_BODY_BYTES_MAX);

/** The form, percent-encoded, or why it is none. */
export async function formOf(c: Context<AppEnv>): Promise<string | Response> {
  const header = c.req.header('content-type');
  if (header === undefined && (await c.req.arrayBuffer()).byteLength === 0) return '';
  const [type, ...attributes] = (header ?? '').toLowerCase().split(';');
  if (type?.trim() !== FORM || !attributes.every(allowsUtf8))
    return refusal(415, 'not-supported', `The Content-Type of a _search is ${FORM} in UTF-8.`);
  if ((c.req.header('content-encoding') ?? 'identity').trim().toLowerCase() !== 'identity')
    return refusal(415, 'not-supported', 'The body of a _search is not compressed.');
  const form = utf8(await c.req.arrayBuffer());
  c.set('form', form);
  return form ?? notUtf8();
}

function allowsUtf8(attribute: string): boolean {
  const [name, value = ''] = attribute.split('=');
  return name?.trim() !== 'charset' || ['utf-8', 'utf8'].includes(value.trim().replaceAll('"', ''));
}

function utf8(bytes: ArrayBuffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
