/** The answers to a reader who is restricted: what its token says decides, before anything is looked up. */
import { issue } from '@auditbox/fhir-core';
import { type Caller, outcomeResponse } from '@auditbox/service-kit';
import type { REFUSED, Restriction } from '../domain/restriction.ts';

/** What a caller may see; nobody is restricted while there is none. */
export type RestrictionOf = (caller: Caller | undefined) => Restriction | typeof REFUSED;

/** To a reader who may see nothing. */
export function refusedReader(): Response {
  return forbidden(
    'What may be read is restricted by claims of the token, and one is missing or can not be used.',
  );
}

/** What is in quarantine may be no event, so no restriction of events can divide it. */
export function refusedQuarantine(): Response {
  return forbidden('Quarantine is only for those who may see every event.');
}

/**
 * RFC 6750, section 3: a token that does not enable access is answered with a challenge, and this is its
 * `insufficient_scope` (more privileges than the token has). No `scope` is named: none would help.
 */
function forbidden(diagnostics: string): Response {
  return outcomeResponse(403, [issue({ code: 'forbidden', diagnostics })], {
    'www-authenticate': 'Bearer realm="auditbox", error="insufficient_scope"',
  });
}
