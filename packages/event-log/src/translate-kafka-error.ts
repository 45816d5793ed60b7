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
  /** Node's code of a failed connection, where it says that one side does not accept the other's certificate. */
  readonly certificate?: string;
};

/** Of Node's and OpenSSL's codes, those of a certificate or a handshake that will be refused again. */
const CERTIFICATE_CODES =
  /CERT|SIGNATURE|INVALID_CA|UNKNOWN_CA|HANDSHAKE_FAILURE|PROTOCOL_VERSION|ACCESS_DENIED/;

/** The first cause of a chain of kafkajs errors, or undefined for a foreign error. */
export function kafkaFaultOf(error: unknown): KafkaFault | undefined {
  if (!(error instanceof Error) || !error.name.startsWith('KafkaJS')) return undefined;
  const inner = kafkaFaultOf(error.cause);
  if (inner !== undefined && (inner.type !== undefined || !('type' in error))) return inner;
  const { code } = error as { code?: unknown };
  return {
    name: error.name,
    type: 'type' in error && typeof error.type === 'string' ? error.type : undefined,
    ...(typeof code === 'string' && CERTIFICATE_CODES.test(code) && { certificate: code }),
  };
}

/** Without a cause: kafkajs's text quotes what brokers said, and an error that ends a process is printed with its causes. */
export function translateKafkaError(error: unknown, doing: string): unknown {
  if (error instanceof EventLogError) return error;
  const fault = kafkaFaultOf(error);
  if (fault === undefined) return error;
  const detail = `${doing}: ${fault.type ?? fault.certificate ?? fault.name}`;
  if (fault.type === 'UNKNOWN_TOPIC_OR_PARTITION') {
    return new EventLogError('topic-missing', detail, { retryable: true });
  }
  if (isRefusal(fault)) return new EventLogError('refused', detail, { retryable: false });
  return new EventLogError('unreachable', detail, { retryable: true });
}

/** Kafka's answers to a setting of this client that the brokers do not take, whenever it comes. */
const SETTINGS_NOT_TAKEN = ['INVALID_GROUP_ID', 'INVALID_SESSION_TIMEOUT', 'INVALID_TOPIC_EXCEPTION'];

/** What no waiting cures. A reader ends with these alone. */
export function isRefusal({ name, type = '', certificate }: KafkaFault): boolean {
  return (
    certificate !== undefined ||
    type.endsWith('_AUTHORIZATION_FAILED') ||
    type.endsWith('_AUTHENTICATION_FAILED') ||
    type.startsWith('UNSUPPORTED_') ||
    SETTINGS_NOT_TAKEN.includes(type) ||
    name === 'KafkaJSSASLAuthenticationError' ||
    name === 'KafkaJSNotImplemented' ||
    name === 'KafkaJSServerDoesNotSupportApiKey' ||
    name === 'KafkaJSUnreadableBatch'
  );
}
