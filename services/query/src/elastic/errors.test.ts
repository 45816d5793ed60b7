import { errors } from '@elastic/elasticsearch';
import { describe, expect, it } from 'vitest';
import { elasticError } from './errors.ts';

const response = (statusCode: number) =>
  new errors.ResponseError({ statusCode, body: {}, headers: {}, warnings: null, meta: {} as never });

describe('elasticError', () => {
  it.each<readonly [string, Error]>([
    ...[408, 429, 502, 503, 504].map((status) => [`status ${status}`, response(status)] as const),
    ['a time-out', new errors.TimeoutError('x')],
    ['a lost connection', new errors.ConnectionError('x')],
    ['no connection', new errors.NoLivingConnectionsError('x', {} as never)],
  ])('takes %s for something that may pass', (_what, error) =>
    expect(elasticError(error)).toMatchObject({ code: 'search-engine-unavailable', retryable: true }),
  );

  // Each of these was a 503 for ever: the client sends the same search again and gets the same answer.
  it.each([
    ['an answer over its bound', new errors.RequestAbortedError('x'), 'search-engine-answer-too-large'],
    ['an answer that is no JSON', new errors.DeserializationError('x', 'y'), 'search-engine-answer-unusable'],
    ['wrong credentials', response(401), 'search-engine-unauthorized'],
    ['a missing permission', response(403), 'search-engine-unauthorized'],
    [
      'an unknown authority',
      new errors.ConnectionError('self-signed certificate'),
      'search-engine-untrusted',
    ],
    ['a refusal', response(400), 'search-engine-refused'],
    ['a fault of Elasticsearch', response(500), 'search-engine-refused'],
    ['what can not be sent', new errors.SerializationError('x', {}), 'search-engine-refused'],
    ['an error of this program', new TypeError('x'), 'search-engine-refused'],
  ])('does not take %s for it', (_what, error, code) =>
    expect(elasticError(error)).toMatchObject({ code, retryable: false }),
  );
});
