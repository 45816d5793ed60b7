/** The answers to who may not, to the letter, and how an answer is held against them. */
import type { RawAnswer } from '../raw-request.ts';

export type Refusal = {
  readonly status: number;
  readonly code: string;
  readonly diagnostics: string;
  readonly challenge: string | undefined;
};

const CHALLENGE = 'Bearer realm="auditbox"';

export const LOGIN: Refusal = {
  status: 401,
  code: 'login',
  diagnostics: 'A bearer token is needed.',
  challenge: CHALLENGE,
};
export const MALFORMED: Refusal = {
  status: 400,
  code: 'login',
  diagnostics: 'There is to be one Authorization header with one bearer token, and no token in the URL.',
  challenge: `${CHALLENGE}, error="invalid_request"`,
};
export const INVALID: Refusal = {
  status: 401,
  code: 'login',
  diagnostics: 'The token is not valid here.',
  challenge: `${CHALLENGE}, error="invalid_token", error_description="The token is not valid here"`,
};
export const EXPIRED: Refusal = {
  status: 401,
  code: 'expired',
  diagnostics: 'The token is expired.',
  challenge: `${CHALLENGE}, error="invalid_token", error_description="The token is expired"`,
};
export const UNAVAILABLE: Refusal = {
  status: 503,
  code: 'transient',
  diagnostics: 'The keys of the issuer can not be had. Nothing was done.',
  challenge: undefined,
};
export const OVERSIZED: Refusal = {
  status: 431,
  code: 'too-long',
  diagnostics: 'The headers are too large.',
  challenge: undefined,
};
export const NOTHING_HERE: Refusal = {
  status: 404,
  code: 'not-found',
  diagnostics: 'There is nothing here.',
  challenge: undefined,
};

export const forbidden = (scope: string): Refusal => ({
  status: 403,
  code: 'forbidden',
  diagnostics: `The token does not allow this: it needs the scope ${scope}.`,
  challenge: `${CHALLENGE}, error="insufficient_scope", scope="${scope}"`,
});

/** All that an answer says, where it is an OperationOutcome of one issue, or an error below `/api`; of any other, its status. */
export function saidBy({ status, headers, text }: RawAnswer): Refusal | number {
  const {
    resourceType,
    issue = [],
    error,
  } = parsed(text) as {
    readonly resourceType?: string;
    readonly issue?: readonly { readonly code: string; readonly diagnostics: string }[];
    readonly error?: { readonly code: string; readonly message: string };
  };
  if (error !== undefined) {
    const { code, message: diagnostics } = error;
    return { status, code, diagnostics, challenge: headers['www-authenticate'] };
  }
  const [only] = issue;
  if (resourceType !== 'OperationOutcome' || only === undefined || issue.length > 1) return status;
  const { code, diagnostics } = only;
  return { status, code, diagnostics, challenge: headers['www-authenticate'] };
}

function parsed(text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch {
    return {};
  }
}
