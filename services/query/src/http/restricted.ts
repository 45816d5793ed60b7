/** The answers to a reader who is restricted: what its token says decides, before anything is looked up. */
import { beyondAnyScope, type Caller } from '@auditbox/service-kit';
import type { REFUSED, Restriction } from '../domain/restriction.ts';

/** What a caller may see; nobody is restricted while there is none. */
export type RestrictionOf = (caller: Caller | undefined) => Restriction | typeof REFUSED;

/** To a reader who may see nothing. */
export function refusedReader(): Response {
  return beyondAnyScope(
    'What may be read is restricted by claims of the token, and one is missing or can not be used.',
  );
}

/** What is in quarantine may be no event, so no restriction of events can divide it. */
export function refusedQuarantine(): Response {
  return beyondAnyScope('Quarantine is only for those who may see every event.');
}
