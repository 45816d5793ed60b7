/**
 * kafkajs's log lines, passed to our logger without what records hold. kafkajs says "error" whenever it is about to
 * try again; here ERROR means that data was lost or a person must act, which kafkajs never knows, so its errors are
 * warnings and the rest is for debugging.
 */
import type { LogEntry, logCreator } from 'kafkajs';
import type { Logger } from './kafka-connection.ts';
import { logLevel } from './kafkajs.ts';

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

export function kafkaLogCreator(logger: Logger): logCreator {
  return () => (entry: LogEntry) => {
    const fields: Record<string, unknown> = { kafka: entry.namespace };
    for (const name of FIELDS) {
      if (entry.log[name] !== undefined) fields[name] = entry.log[name];
    }
    if (entry.level === logLevel.ERROR) logger.warn(fields, entry.log.message);
    else logger.debug(fields, entry.log.message);
  };
}

export const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };
