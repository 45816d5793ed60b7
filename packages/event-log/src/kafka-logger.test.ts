import { expect, it } from 'vitest';
import { kafkaLogCreator } from './kafka-logger.ts';
import { logLevel } from './kafkajs.ts';

function lineFrom(level: number, extra: object, isEnded = false): unknown[] {
  const lines: unknown[] = [];
  const at = (name: string) => (fields: object, message: string) =>
    void lines.push({ name, fields, message });
  const logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  const log = { timestamp: '', message: 'it happened', ...extra };
  kafkaLogCreator(logger, () => isEnded)(logLevel.INFO)({ namespace: 'Runner', level, label: '', log });
  return lines;
}

it('never says ERROR, which kafkajs says of what it tries again', () => {
  expect(lineFrom(logLevel.ERROR, {})).toMatchObject([{ name: 'warn' }]);
  expect(lineFrom(logLevel.WARN, {})).toMatchObject([{ name: 'debug' }]);
  expect(lineFrom(logLevel.INFO, {})).toMatchObject([{ name: 'debug' }]);
});

it('passes ids and numbers on, and nothing that can hold a record', () => {
  const extra = {
    message: 'Crash: KafkaJSNumberOfRetriesExceeded: Jane Doe',
    topic: 't',
    partition: 3,
    retryCount: 5,
    memberId: { name: 'Jane Doe' },
    payload: Buffer.from('Jane Doe'),
    error: new Error('Jane'),
    stack: 'Jane',
  };
  for (const level of [logLevel.ERROR, logLevel.WARN, logLevel.INFO, logLevel.DEBUG]) {
    const [line] = lineFrom(level, extra);
    expect(JSON.stringify(line)).not.toMatch(/Jane|Crash/);
    expect(line).toMatchObject({
      message: expect.stringMatching(/^kafkajs reports /),
      fields: {
        kafka: 'Runner',
        topic: 't',
        partition: 3,
        retryCount: 5,
        fault: { name: 'KafkaJSNumberOfRetriesExceeded' },
      },
    });
  }
});

it('takes the code and the kind of an error along, and no other word', () => {
  const refused = { message: 'Connection error: connect ECONNREFUSED 10.0.0.1:9092', broker: 'b:9092' };
  expect(lineFrom(logLevel.ERROR, refused)).toEqual([
    {
      name: 'warn',
      fields: { kafka: 'Runner', broker: 'b:9092', code: 'ECONNREFUSED' },
      message: 'kafkajs reports a failure',
    },
  ]);
  const error = Object.assign(new Error('Jane'), { name: 'KafkaJSProtocolError', type: 'NOT_CONTROLLER' });
  expect(lineFrom(logLevel.ERROR, { error })).toMatchObject([
    { fields: { fault: { name: 'KafkaJSProtocolError', type: 'NOT_CONTROLLER' } } },
  ]);
  expect(lineFrom(logLevel.ERROR, { message: 'KafkaJSJaneDoe E2JANE' })).toEqual([
    { name: 'warn', fields: { kafka: 'Runner' }, message: 'kafkajs reports a failure' },
  ]);
});

it('takes an error in place of a text, as kafkajs says it of a broker that turns a client away', () => {
  const message = Object.assign(new Error('Jane'), { name: 'KafkaJSSASLAuthenticationError' });
  expect(lineFrom(logLevel.ERROR, { message })).toEqual([
    {
      name: 'warn',
      fields: { kafka: 'Runner', fault: { name: 'KafkaJSSASLAuthenticationError', type: undefined } },
      message: 'kafkajs reports a failure',
    },
  ]);
});

it('does not warn of what kafkajs says once we have ended it', () => {
  expect(lineFrom(logLevel.ERROR, {}, true)).toMatchObject([{ name: 'debug' }]);
});

it('does not warn of a rebalance, and names what Kafka answers by its text', () => {
  const rebalance = { error: 'The group is rebalancing, so a rejoin is needed' };
  expect(lineFrom(logLevel.ERROR, rebalance)).toMatchObject([
    {
      name: 'debug',
      message: 'kafkajs reports a rebalance',
      fields: { fault: { type: 'REBALANCE_IN_PROGRESS' } },
    },
  ]);
  const other = { error: 'This is not the correct controller for this cluster' };
  expect(lineFrom(logLevel.ERROR, other)).toMatchObject([
    { name: 'warn', fields: { fault: { name: 'KafkaJSProtocolError', type: 'NOT_CONTROLLER' } } },
  ]);
});
