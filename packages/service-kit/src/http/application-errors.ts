/**
 * Errors of the API for applications that do not speak FHIR, below `/api/`: a code, a sentence, and what is wrong with which
 * field. What the frame of a service answers in FHIR's form is answered in this one there.
 */
import type { FieldProblem } from '@auditbox/fhir-core';
import type { Context, MiddlewareHandler } from 'hono';
import type { AppEnv } from './app.ts';
import { FHIR_JSON } from './fhir-response.ts';

/** A word for each status, which stays the same whatever its sentence says. */
const CODES = {
  400: 'invalid',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  406: 'not_acceptable',
  408: 'timeout',
  409: 'conflict',
  413: 'too_large',
  415: 'unsupported_media_type',
  422: 'unprocessable',
  429: 'too_many_requests',
  500: 'internal',
  503: 'unavailable',
} as const;

const ERROR_STATUS_MIN = 400;

export type ApplicationErrorStatus = keyof typeof CODES;

export type ApplicationError = {
  readonly code: (typeof CODES)[ApplicationErrorStatus];
  readonly message: string;
  readonly fields?: readonly FieldProblem[];
};

export function applicationError(
  status: ApplicationErrorStatus,
  message: string,
  fields: readonly FieldProblem[] = [],
): ApplicationError {
  return { code: CODES[status], message, ...(fields.length > 0 && { fields }) };
}

/** Answers errors below it in the form of this API. */
export const applicationErrors: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  const { status, headers } = c.res;
  if (status < ERROR_STATUS_MIN || headers.get('content-type') !== FHIR_JSON) return;
  const error = errorOf(status, (await c.res.json()) as Outcome);
  c.res = undefined;
  c.res = applicationErrorResponse(c, status, error, headers);
};

/** The answer to a whole request; what `headers` say of another body is left out. */
export function applicationErrorResponse(
  c: Context<AppEnv>,
  status: number,
  error: ApplicationError,
  headers?: Headers,
): Response {
  const kept = new Headers(headers);
  kept.delete('content-length');
  kept.set('content-type', 'application/json');
  const body = JSON.stringify({ error: { ...error, request_id: c.get('requestId') } });
  return new Response(body, { status, headers: kept });
}

type Outcome = {
  readonly issue?: readonly { readonly diagnostics?: string; readonly expression?: readonly string[] }[];
};

function errorOf(status: number, { issue = [] }: Outcome): ApplicationError {
  const known = status in CODES ? (status as ApplicationErrorStatus) : status < 500 ? 400 : 500;
  const [first] = issue;
  const fields = issue.flatMap(({ diagnostics = '', expression: [field] = [] }) =>
    field === undefined ? [] : [{ field, message: diagnostics }],
  );
  return applicationError(known, first?.diagnostics ?? '', fields);
}
