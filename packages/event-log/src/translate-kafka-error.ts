/**
 * From kafkajs's errors to ours, once. What does not come from kafkajs passes unchanged: it is a programmer's error
 * or a fatal one, and stays that.
 */
import { EventLogError } from './event-log-error.ts';

export type KafkaFault = {
  /** kafkajs's name of the kind, e.g. KafkaJSConnectionError. */
  readonly name: string;
  /** Kafka's own name of the error in an answer, e.g. NOT_ENOUGH_REPLICAS; undefined where there was no answer. */
  readonly type: string | undefined;
};

/** The first cause of a chain of kafkajs errors, or undefined for a foreign error. */
export function kafkaFaultOf(error: unknown): KafkaFault | undefined {
  if (!(error instanceof Error) || !error.name.startsWith('KafkaJS')) return undefined;
  const inner = kafkaFaultOf(error.cause);
  if (inner !== undefined && (inner.type !== undefined || !('type' in error))) return inner;
  return {
    name: error.name,
    type: 'type' in error && typeof error.type === 'string' ? error.type : undefined,
  };
}

export function translateKafkaError(error: unknown, doing: string): unknown {
  if (error instanceof EventLogError) return error;
  const fault = kafkaFaultOf(error);
  if (fault === undefined) return error;
  const detail = `${doing}: ${fault.type ?? fault.name}`;
  if (fault.type === 'UNKNOWN_TOPIC_OR_PARTITION') {
    return new EventLogError('topic-missing', detail, { retryable: true, cause: error });
  }
  if (isRefusal(fault)) return new EventLogError('refused', detail, { retryable: false, cause: error });
  return new EventLogError('unreachable', detail, { retryable: true, cause: error });
}

/** What no waiting cures. */
export function isRefusal({ name, type = '' }: KafkaFault): boolean {
  return (
    type.endsWith('_AUTHORIZATION_FAILED') ||
    type.endsWith('_AUTHENTICATION_FAILED') ||
    type === 'UNSUPPORTED_SASL_MECHANISM' ||
    name === 'KafkaJSSASLAuthenticationError' ||
    name === 'KafkaJSNotImplemented' ||
    name === 'KafkaJSUnreadableBatch'
  );
}
