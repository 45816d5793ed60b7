/**
 * The one translation from Elasticsearch's errors to ours. Its text can carry a document or a client's query,
 * so nothing of it goes on: only a code.
 */
import { errors } from '@elastic/elasticsearch';

export class ElasticError extends Error {
  override readonly name = 'ElasticError';
  readonly code: 'search-engine-unavailable' | 'search-engine-refused';
  readonly retryable: boolean;

  constructor(retryable: boolean) {
    super(retryable ? 'Elasticsearch did not answer' : 'Elasticsearch refused the request');
    this.code = retryable ? 'search-engine-unavailable' : 'search-engine-refused';
    this.retryable = retryable;
  }
}

/** Statuses after which the same request may succeed. */
const RETRYABLE_STATUSES: readonly number[] = [408, 429, 502, 503, 504];

export function elasticError(error: unknown): ElasticError {
  if (error instanceof errors.ResponseError)
    return new ElasticError(RETRYABLE_STATUSES.includes(error.statusCode ?? 0));
  return new ElasticError(error instanceof errors.ElasticsearchClientError);
}
