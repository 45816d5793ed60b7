import { expect, it } from 'vitest';
import { EventLogError } from './event-log-error.ts';
import { kafkaFaultOf, translateKafkaError } from './translate-kafka-error.ts';

function kafkaError(name: string, properties: { type?: string; cause?: unknown } = {}): Error {
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
  ['KafkaJSProtocolError', 'UNKNOWN_TOPIC_OR_PARTITION', 'topic-missing', true],
  ['KafkaJSProtocolError', 'TOPIC_AUTHORIZATION_FAILED', 'refused', false],
  ['KafkaJSSASLAuthenticationError', undefined, 'refused', false],
  ['KafkaJSNotImplemented', undefined, 'refused', false],
])('translates %s %s', (name, type, code, retryable) => {
  const error = translateKafkaError(kafkaError(name, type === undefined ? {} : { type }), 'doing');
  expect(error).toBeInstanceOf(EventLogError);
  expect(error).toMatchObject({ code, retryable });
});

it('takes nothing of a foreign message along', () => {
  const error = translateKafkaError(kafkaError('KafkaJSConnectionError'), 'connect producer');
  expect((error as Error).message).toBe('connect producer: KafkaJSConnectionError');
});

it('passes a foreign error as it is', () => {
  const foreign = new TypeError('a bug');
  expect(translateKafkaError(foreign, 'doing')).toBe(foreign);
});
