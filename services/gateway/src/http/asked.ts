/**
 * What a create asks for beside its body: formats, `Prefer`, `Idempotency-Key`, what to do with what is not valid.
 * All of it is looked at before a byte of the body is read.
 */
import { type IssueType, issue } from '@auditbox/fhir-core';
import { isJsonContentType, outcomeResponse, preferOf, prettyOf, refuseFormat } from '@auditbox/service-kit';
import type { PreferredReturn } from '../domain/answer.ts';
import type { OnInvalid } from '../domain/decide.ts';

/** Asks for one request what `AUDITBOX_ON_INVALID` says for all: `reject` or `quarantine`. */
export const ON_INVALID_HEADER = 'auditbox-on-invalid';

/** Characters of an Idempotency-Key: a UUID has 36. */
const IDEMPOTENCY_KEY_MAX = 255;

export type Asked = {
  readonly preferred: PreferredReturn | undefined;
  readonly pretty: boolean;
  readonly onInvalid: OnInvalid | undefined;
  readonly idempotencyKey: string | undefined;
};

/** What `request` asks for, or the answer to what can't be done as asked. */
export function askedOf(request: Request): Asked | { readonly refusal: Response } {
  const { headers, url } = request;
  const formats = url.includes('?') ? new URL(url).searchParams.getAll('_format') : [];
  const refusal = refuseFormat(formats, headers.get('accept') ?? undefined);
  if (refusal !== undefined) return { refusal };
  if (!isJsonContentType(headers.get('content-type'))) {
    const diagnostics =
      'The Content-Type is application/fhir+json in UTF-8, with fhirVersion 4.0 where it says one.';
    return refuse(415, 'not-supported', diagnostics);
  }
  if (headers.has('if-none-exist')) {
    const diagnostics = 'If-None-Exist is not supported: an audit log creates unconditionally.';
    return refuse(412, 'not-supported', diagnostics);
  }
  const onInvalid = headers.get(ON_INVALID_HEADER)?.trim().toLowerCase();
  if (onInvalid !== undefined && onInvalid !== 'reject' && onInvalid !== 'quarantine') {
    return refuse(400, 'value', 'The header Auditbox-On-Invalid is reject or quarantine.');
  }
  const idempotencyKey = idempotencyKeyOf(headers);
  if (typeof idempotencyKey === 'object') return idempotencyKey;
  return { preferred: preferOf(request).return, pretty: prettyOf(request), onInvalid, idempotencyKey };
}

/** The key of a request, if it has one, or the answer to what is none. */
export function idempotencyKeyOf(headers: Headers): string | undefined | { readonly refusal: Response } {
  const key = keyOf(headers.get('idempotency-key'));
  if (key !== null) return key;
  const diagnostics = `The header Idempotency-Key has 1 to ${IDEMPOTENCY_KEY_MAX} visible ASCII characters, with or without quotes.`;
  return refuse(400, 'value', diagnostics);
}

/** The key without its quotes (it is a structured field string, RFC 8941 3.3.3; many send it bare); null where it is none. */
function keyOf(header: string | null): string | undefined | null {
  if (header === null) return undefined;
  const text = header.trim();
  const key = text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
  return key.length <= IDEMPOTENCY_KEY_MAX && /^[\x20-\x7e]+$/.test(key) && key.trim() !== '' ? key : null;
}

function refuse(status: number, code: IssueType, diagnostics: string): { readonly refusal: Response } {
  return { refusal: outcomeResponse(status, [issue({ code, diagnostics })]) };
}
