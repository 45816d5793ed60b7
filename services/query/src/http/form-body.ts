/** The body of a `_search`: a form in UTF-8, of bounded size (R4 http.html#search). */
import { type AppEnv, boundedBytes } from '@auditbox/service-kit';
import type { Context } from 'hono';
import { notUtf8, refusal } from './refusal.ts';

/** Bytes of a `_search` body: some thousand parameters' worth. */
export const SEARCH_BODY_BYTES_MAX = 1024 * 1024;

const FORM = 'application/x-www-form-urlencoded';

/** Bytes of a search for definitions: six parameters, and anybody may send it. */
export const DEFINITIONS_BODY_BYTES_MAX = 16 * 1024;

/** The form, percent-encoded, or why it is none. */
export async function formOf(
  c: Context<AppEnv>,
  bytesMax = SEARCH_BODY_BYTES_MAX,
): Promise<string | Response> {
  const header = c.req.header('content-type');
  const bytes = await boundedBytes(c.req.raw, bytesMax);
  if (bytes === undefined) return refusal(413, 'too-long', `A search has at most ${bytesMax} bytes.`);
  if (header === undefined && bytes.byteLength === 0) return '';
  const [type, ...attributes] = (header ?? '').toLowerCase().split(';');
  if (type?.trim() !== FORM || !attributes.every(allowsUtf8))
    return refusal(415, 'not-supported', `The Content-Type of a _search is ${FORM} in UTF-8.`);
  if ((c.req.header('content-encoding') ?? 'identity').trim().toLowerCase() !== 'identity')
    return refusal(415, 'not-supported', 'The body of a _search is not compressed.');
  const form = utf8(bytes);
  c.set('form', form);
  return form ?? notUtf8();
}

function allowsUtf8(attribute: string): boolean {
  const [name, value = ''] = attribute.split('=');
  return name?.trim() !== 'charset' || ['utf-8', 'utf8'].includes(value.trim().replaceAll('"', ''));
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
