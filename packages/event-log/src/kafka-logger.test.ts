import { expect, it } from 'vitest';
import { kafkaLogCreator } from './kafka-logger.ts';
import { logLevel } from './kafkajs.ts';

function lineFrom(level: number, extra: object): unknown[] {
  const lines: unknown[] = [];
  const at = (name: string) => (fields: object, message: string) =>
    void lines.push({ name, fields, message });
  const logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  const log = { timestamp: '', message: 'it happened', ...extra };
  kafkaLogCreator(logger)(logLevel.INFO)({ namespace: 'Runner', level, label: '', log });
  return lines;
}

it('never says ERROR, which kafkajs says of what it tries again', () => {
  expect(lineFrom(logLevel.ERROR, {})).toMatchObject([{ name: 'warn' }]);
  expect(lineFrom(logLevel.WARN, {})).toMatchObject([{ name: 'debug' }]);
  expect(lineFrom(logLevel.INFO, {})).toMatchObject([{ name: 'debug' }]);
});

it('passes ids and numbers on, and nothing that can hold a record', () => {
  const extra = {
    topic: 't',
    partition: 3,
    payload: Buffer.from('Jane Doe'),
    error: new Error('Jane'),
    stack: 'Jane',
  };
  expect(lineFrom(logLevel.ERROR, extra)).toEqual([
    { name: 'warn', fields: { kafka: 'Runner', topic: 't', partition: 3 }, message: 'it happened' },
  ]);
});
