/**
 * The one translation from Elasticsearch's errors to ours. Its text can carry a document or a client's query,
 * so nothing of it goes on: only a code.
 */
import { isCertificateFault } from '@auditbox/service-kit';
import { errors } from '@elastic/elasticsearch';

const MESSAGES = {
  'search-engine-unavailable': 'Elasticsearch did not answer',
  'search-engine-too-slow': 'Elasticsearch did not finish in time',
  'search-pages-in-hand': 'Too many pages are in hand',
  'search-index-of-another-version': 'An index was not made by this version of Auditbox',
  'search-engine-unauthorized': 'Elasticsearch does not let this service in',
  'search-engine-untrusted': 'Elasticsearch and this service do not accept their certificates',
  'search-engine-refused': 'Elasticsearch refused the request',
  'search-engine-answer-unusable': 'Elasticsearch gave an answer that can not be read',
  'search-engine-answer-too-large': 'Elasticsearch gave an answer over its bound',
} as const;

export type ElasticErrorCode = keyof typeof MESSAGES;

/** What the same request may not meet again. */
const PASSING: readonly ElasticErrorCode[] = [
  'search-engine-unavailable',
  'search-engine-too-slow',
  'search-pages-in-hand',
];

export class ElasticError extends Error {
  override readonly name = 'ElasticError';
  readonly code: ElasticErrorCode;
  /** Only what may pass: the same request, sent again, gets the same refusal and the same large answer. */
  readonly retryable: boolean;

  constructor(code: ElasticErrorCode) {
    super(MESSAGES[code]);
    this.code = code;
    this.retryable = PASSING.includes(code);
  }
}

/** Statuses after which the same request may succeed. */
const RETRYABLE_STATUSES: readonly number[] = [408, 429, 502, 503, 504];

/** The credentials, or what they may do. An operator mends it; the client can't. */
const UNAUTHORIZED_STATUSES: readonly number[] = [401, 403];

export function elasticError(error: unknown): ElasticError {
  return error instanceof ElasticError ? error : new ElasticError(codeOf(error));
}

function codeOf(error: unknown): ElasticErrorCode {
  if (error instanceof errors.ResponseError) {
    if (UNAUTHORIZED_STATUSES.includes(error.statusCode ?? 0)) return 'search-engine-unauthorized';
    // A closed index can be opened again; until then its events would miss from every answer.
    return RETRYABLE_STATUSES.includes(error.statusCode ?? 0) || isClosedIndex(error)
      ? 'search-engine-unavailable'
      : 'search-engine-refused';
  }
  if (error instanceof errors.ConnectionError && isCertificateFault(error)) return 'search-engine-untrusted';
  if (
    error instanceof errors.TimeoutError ||
    error instanceof errors.ConnectionError ||
    error instanceof errors.NoLivingConnectionsError
  )
    return 'search-engine-unavailable';
  // The client says so of an answer over `maxResponseSize`, and of a request whose signal fired; nobody reads the latter.
  if (error instanceof errors.RequestAbortedError) return 'search-engine-answer-too-large';
  return error instanceof errors.DeserializationError
    ? 'search-engine-answer-unusable'
    : 'search-engine-refused';
}

function isClosedIndex({ body }: errors.ResponseError): boolean {
  const { error } = (body ?? {}) as { readonly error?: { readonly type?: unknown } };
  return error?.type === 'index_closed_exception';
}
