/** The answers to who may not: RFC 6750, section 3. They say what is missing, never what was sent. */
import { type IssueType, issue } from '@auditbox/fhir-core';
import { outcomeResponse } from '../http/fhir-response.ts';
import type { Permission } from './caller.ts';
import { LEAST_SCOPE } from './scopes.ts';

/** Why a request was refused. */
export const REFUSAL_REASONS = [
  /** It brought nothing to be known by. */
  'login',
  /** Credentials that are no bearer token. */
  'other-scheme',
  'malformed',
  'invalid',
  'expired',
  'insufficient-scope',
  /** Of the right issuer, as the token says; nobody has asked for the key since the token was issued. */
  'unknown-key',
  /** The keys of the issuer can't be had. */
  'unavailable',
] as const;

export type RefusalReason = (typeof REFUSAL_REASONS)[number];

const CHALLENGE = 'Bearer realm="auditbox"';

const login = answer(401, 'login', 'A bearer token is needed.', CHALLENGE);

const ANSWERS = {
  login,
  'other-scheme': login,
  'unknown-key': tryAgain,
  unavailable: tryAgain,
  malformed: answer(
    400,
    'login',
    'There is to be one Authorization header with one bearer token, and no token in the URL.',
    `${CHALLENGE}, error="invalid_request"`,
  ),
  invalid: answer(
    401,
    'login',
    'The token is not valid here.',
    `${CHALLENGE}, error="invalid_token", error_description="The token is not valid here"`,
  ),
  expired: answer(
    401,
    'expired',
    'The token is expired.',
    `${CHALLENGE}, error="invalid_token", error_description="The token is expired"`,
  ),
} as const;

export function refusalResponse(reason: keyof typeof ANSWERS): Response {
  return ANSWERS[reason]();
}

/** The caller is known, and may not do this. */
export function forbiddenResponse(permission: Permission): Response {
  const scope = LEAST_SCOPE[permission];
  const challenge = `${CHALLENGE}, error="insufficient_scope", scope="${scope}"`;
  return answer(403, 'forbidden', `The token does not allow this: it needs the scope ${scope}.`, challenge)();
}

/**
 * The caller may not do this whatever scope it gets (RFC 6750, section 3: more privileges than the token has), so that no
 * `scope` is named.
 */
export function beyondAnyScope(diagnostics: string): Response {
  return answer(403, 'forbidden', diagnostics, `${CHALLENGE}, error="insufficient_scope"`)();
}

/** Nobody can say whether the token is good: no reason to throw it away. */
function tryAgain(): Response {
  const diagnostics = 'The keys of the issuer can not be had. Nothing was done.';
  return outcomeResponse(503, [issue({ code: 'transient', diagnostics })], { 'retry-after': '5' });
}

function answer(status: number, code: IssueType, diagnostics: string, challenge: string): () => Response {
  return () => outcomeResponse(status, [issue({ code, diagnostics })], { 'www-authenticate': challenge });
}
