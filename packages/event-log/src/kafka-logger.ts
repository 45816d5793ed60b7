/**
 * kafkajs's log lines, in our words: one sentence a level, and fields that are ids, codes and numbers. Its own text is
 * never passed on, because it may quote what it was given.
 *
 * kafkajs says "error" whenever it is about to try again; here ERROR means that data was lost or a person must act,
 * which kafkajs never knows, so its errors are warnings and the rest is for debugging.
 */
import { constants } from 'node:os';
import type { LogEntry, logCreator } from 'kafkajs';
import type { Logger } from './kafka-connection.ts';
import { ERROR_NAMES, logLevel, TYPE_BY_TEXT } from './kafkajs.ts';
import { type KafkaFault, kafkaFaultOf } from './translate-kafka-error.ts';

/** Of a line's fields, those that are ids, codes and numbers. Payloads, error objects and stacks stay behind. */
const FIELDS = [
  'broker',
  'clientId',
  'groupId',
  'memberId',
  'topic',
  'partition',
  'generationId',
  'correlationId',
  'retryCount',
  'retryTime',
  'duration',
  'size',
];

/** The system's codes, and those of name lookup, which Node makes itself. */
const CODES: ReadonlySet<string> = new Set([...Object.keys(constants.errno), 'ENOTFOUND', 'EAI_AGAIN']);

/** Answers to a member whose group has gone on, or is about to. */
const REBALANCE = ['REBALANCE_IN_PROGRESS', 'UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION'];

/** @param isEnded whether we have ended the client: what it says after that is of no interest to anyone */
export function kafkaLogCreator(logger: Logger, isEnded: () => boolean = () => false): logCreator {
  return () => (entry: LogEntry) => {
    const fields = fieldsOf(entry);
    const { type = '' } = fields.fault ?? {};
    // Members come and go, and each answer that says so is a failure to kafkajs.
    if (REBALANCE.includes(type)) logger.debug(fields, 'kafkajs reports a rebalance');
    else if (entry.level === logLevel.ERROR && !isEnded()) logger.warn(fields, 'kafkajs reports a failure');
    else if (entry.level === logLevel.ERROR) logger.debug(fields, 'kafkajs reports a failure after its end');
    else if (entry.level === logLevel.WARN) logger.debug(fields, 'kafkajs reports an irregularity');
    else logger.debug(fields, 'kafkajs reports what it does');
  };
}

function fieldsOf({ namespace, log }: LogEntry): Record<string, unknown> & { readonly fault?: KafkaFault } {
  const fields: Record<string, unknown> = { kafka: namespace };
  for (const name of FIELDS) {
    if (['string', 'number'].includes(typeof log[name])) fields[name] = log[name];
  }
  // kafkajs's type says string. In one place it is the error itself, and what is thrown here takes that one's place.
  const said: unknown = log.message;
  const words = String(said).match(/\w+/g) ?? [];
  const fault = kafkaFaultOf(said) ?? kafkaFaultOf(log.error) ?? faultSaid(log.error) ?? faultNamed(words);
  const code = words.find((word) => CODES.has(word));
  return { ...fields, ...(fault !== undefined && { fault }), ...(code !== undefined && { code }) };
}

/** An answer of Kafka that kafkajs passes on as its text. */
function faultSaid(text: unknown): KafkaFault | undefined {
  const type = typeof text === 'string' ? TYPE_BY_TEXT.get(text) : undefined;
  return type === undefined ? undefined : { name: 'KafkaJSProtocolError', type };
}

/** Of its text, only a word that is in kafkajs's own list of errors. */
function faultNamed(words: readonly string[]): KafkaFault | undefined {
  const name = words.find((word) => ERROR_NAMES.has(word));
  return name === undefined ? undefined : { name, type: undefined };
}

export const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };
