/**
 * The one translation from Elasticsearch's errors to ours. Its text can carry a document, so nothing of it goes
 * on: only a code.
 */
import { isCertificateFault } from '@auditbox/service-kit';
import { errors } from '@elastic/elasticsearch';

export class ElasticError extends Error {
  override readonly name = 'ElasticError';
  /** `elasticsearch-` and the HTTP status, `untrusted` (a certificate is not accepted) or `unreachable`. */
  readonly code: string;
  /** Of its answer; undefined where there was none. */
  readonly status: number | undefined;

  constructor(why: number | 'untrusted' | undefined) {
    super('Elasticsearch did not do what was asked');
    this.status = typeof why === 'number' ? why : undefined;
    this.code = `elasticsearch-${why ?? 'unreachable'}`;
  }
}

export class WrongVersionError extends Error {
  override readonly name = 'WrongVersionError';
  readonly code = 'elasticsearch-wrong-version';
}

/** An index that another version of the projection made: events in it would silently not be found. */
export class OtherProjectionError extends Error {
  override readonly name = 'OtherProjectionError';
  readonly code = 'elasticsearch-other-projection';

  constructor(index: string) {
    super(`The index ${index} was made by another version: see "Upgrading" in docs/operations.md`);
  }
}

/** Which months are held is not known any more: nothing may be deleted, and so nothing begins. */
export class MonthsLostError extends Error {
  override readonly name = 'MonthsLostError';
  readonly code = 'elasticsearch-months-lost';

  constructor(index: string) {
    super(`The index ${index} is gone, and with it the holds: see "Retention" in docs/operations.md`);
  }
}

/** A programmer's error stays what it is, and so does ours. */
export function elasticError(error: unknown): unknown {
  if (error instanceof errors.ResponseError) return new ElasticError(error.statusCode);
  if (error instanceof errors.ConnectionError && isCertificateFault(error))
    return new ElasticError('untrusted');
  return error instanceof errors.ElasticsearchClientError ? new ElasticError(undefined) : error;
}
