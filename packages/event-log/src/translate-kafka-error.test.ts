import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { EventLogError } from './event-log-error.ts';
import { kafkaFaultOf, translateKafkaError } from './translate-kafka-error.ts';

function kafkaError(name: string, properties: { type?: string; code?: string; cause?: unknown } = {}): Error {
  return Object.assign(new Error('a secret of a patient'), { name, ...properties });
}

it('finds the first cause under what kafkajs wraps around it', () => {
  const first = kafkaError('KafkaJSProtocolError', { type: 'NOT_ENOUGH_REPLICAS' });
  const wrapped = kafkaError('KafkaJSNumberOfRetriesExceeded', { cause: first });
  expect(kafkaFaultOf(wrapped)).toEqual({ name: 'KafkaJSProtocolError', type: 'NOT_ENOUGH_REPLICAS' });
});

it.each([
  ['KafkaJSConnectionError', undefined, 'unreachable', true],
  ['KafkaJSProtocolError', 'NOT_CONTROLLER', 'unreachable', true],
  ['KafkaJSProtocolError', 'ILLEGAL_SASL_STATE', 'unreachable', true],
  ['KafkaJSProtocolError', 'INCONSISTENT_GROUP_PROTOCOL', 'unreachable', true],
  ['KafkaJSGroupCoordinatorNotFound', undefined, 'unreachable', true],
  ['KafkaJSLockTimeout', undefined, 'unreachable', true],
  ['KafkaJSProtocolError', 'UNKNOWN_TOPIC_OR_PARTITION', 'topic-missing', true],
  ['KafkaJSProtocolError', 'TOPIC_AUTHORIZATION_FAILED', 'refused', false],
  ['KafkaJSProtocolError', 'GROUP_AUTHORIZATION_FAILED', 'refused', false],
  ['KafkaJSProtocolError', 'SASL_AUTHENTICATION_FAILED', 'refused', false],
  ['KafkaJSProtocolError', 'UNSUPPORTED_SASL_MECHANISM', 'refused', false],
  ['KafkaJSProtocolError', 'UNSUPPORTED_VERSION', 'refused', false],
  ['KafkaJSProtocolError', 'INVALID_SESSION_TIMEOUT', 'refused', false],
  ['KafkaJSServerDoesNotSupportApiKey', undefined, 'refused', false],
  ['KafkaJSSASLAuthenticationError', undefined, 'refused', false],
  ['KafkaJSNotImplemented', undefined, 'refused', false],
])('translates %s %s', (name, type, code, retryable) => {
  const error = translateKafkaError(kafkaError(name, type === undefined ? {} : { type }), 'doing');
  expect(error).toBeInstanceOf(EventLogError);
  expect(error).toMatchObject({ code, retryable });
});

it('takes nothing of a foreign message along, and no cause that would be printed with it', () => {
  const error = translateKafkaError(kafkaError('KafkaJSConnectionError'), 'connect producer') as Error;
  expect(error.message).toBe('connect producer: KafkaJSConnectionError');
  expect(inspect(error)).not.toContain('secret');
});

it('takes a refusal for one however often kafkajs wraps it', () => {
  const first = kafkaError('KafkaJSSASLAuthenticationError');
  const wrapped = kafkaError('KafkaJSNonRetriableError', {
    cause: kafkaError('KafkaJSNonRetriableError', { cause: first }),
  });
  expect(translateKafkaError(wrapped, 'doing')).toMatchObject({ code: 'refused', retryable: false });
});

it.each([
  ['SELF_SIGNED_CERT_IN_CHAIN', 'refused'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'refused'],
  ['CERT_HAS_EXPIRED', 'refused'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'refused'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'refused'],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'refused'],
  ['ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', 'unreachable'],
  ['ECONNRESET', 'unreachable'],
])('takes %s of a connection for %s', (code, expected) => {
  const first = kafkaError('KafkaJSConnectionError', { code });
  const error = translateKafkaError(kafkaError('KafkaJSNumberOfRetriesExceeded', { cause: first }), 'doing');
  expect(error).toMatchObject({ code: expected });
  if (expected === 'refused') expect((error as Error).message).toBe(`doing: ${code}`);
});

it('passes a foreign error as it is', () => {
  const foreign = new TypeError('a bug');
  expect(translateKafkaError(foreign, 'doing')).toBe(foreign);
});
