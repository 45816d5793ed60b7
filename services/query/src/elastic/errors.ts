/**
 * The one translation from Elasticsearch's errors to ours. Its text can carry a document or a client's query,
 * so nothing of it goes on: only a code.
 */
import { errors } from '@elastic/elasticsearch';

const MESSAGES = {
  'search-engine-unavailable': 'Elasticsearch did not answer',
  'search-engine-too-slow': 'Elasticsearch did not finish in time',
  'search-index-of-another-version': 'An index was not made by this version of Auditbox',
  'search-engine-refused': 'Elasticsearch refused the request',
  'search-engine-answer-unusable': 'Elasticsearch gave an answer that can not be read',
  'search-engine-answer-too-large': 'Elasticsearch gave an answer over its bound',
} as const;

export type ElasticErrorCode = keyof typeof MESSAGES;

export class ElasticError extends Error {
  override readonly name = 'ElasticError';
  readonly code: ElasticErrorCode;
  /** Only what may pass: the same request, sent again, gets the same refusal and the same large answer. */
  readonly retryable: boolean;

  constructor(code: ElasticErrorCode) {
    super(MESSAGES[code]);
    this.code = code;
    this.retryable = code === 'search-engine-unavailable' || code === 'search-engine-too-slow';
  }
}

/** Statuses after which the same request may succeed. */
const RETRYABLE_STATUSES: readonly number[] = [408, 429, 502, 503, 504];

export function elasticError(error: unknown): ElasticError {
  return error instanceof ElasticError ? error : new ElasticError(codeOf(error));
}

function codeOf(error: unknown): ElasticErrorCode {
  if (error instanceof errors.ResponseError) {
    // A closed index can be opened again; until then its events would miss from every answer.
    return RETRYABLE_STATUSES.includes(error.statusCode ?? 0) || isClosedIndex(error)
      ? 'search-engine-unavailable'
      : 'search-engine-refused';
  }
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
