import { describe, expect, it } from 'vitest';
import { KAFKA_SETTINGS, kafkaConnection, kafkaProblems, warnOfOpenKafkaPassword } from './kafka-settings.ts';
import { checkSettings, decodeSettings } from './settings.ts';
import { selfSigned } from './test-certificates.case.ts';

const decoded = (environment: Record<string, string>) =>
  checkSettings(decodeSettings(KAFKA_SETTINGS, environment), kafkaProblems);

const settingsOf = (environment: Record<string, string>) => {
  const read = decoded(environment);
  if ('problems' in read) throw new Error(read.problems.join(' '));
  return read.settings;
};

const SCRAM = {
  KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
  KAFKA_SASL_USERNAME: 'gateway',
  KAFKA_SASL_PASSWORD: 'marked',
};

describe('kafkaConnection', () => {
  it('is a plain one where nothing is set', () =>
    expect(kafkaConnection(settingsOf({}), 'auditbox')).toEqual({
      brokers: ['localhost:9092'],
      clientId: 'auditbox',
    }));

  it('has a password, and TLS with what Node knows or with what is given', async () => {
    const { cert, key } = await selfSigned();
    expect(kafkaConnection(settingsOf({ ...SCRAM, KAFKA_TLS_ENABLED: 'true' }), 'auditbox')).toEqual({
      brokers: ['localhost:9092'],
      clientId: 'auditbox',
      tls: {},
      sasl: { mechanism: 'scram-sha-512', username: 'gateway', password: 'marked' },
    });
    const mutual = {
      KAFKA_TLS_ENABLED: 'true',
      KAFKA_TLS_CA: cert,
      KAFKA_TLS_CERT: cert,
      KAFKA_TLS_KEY: key,
    };
    expect(kafkaConnection(settingsOf(mutual), 'auditbox').tls).toEqual({ ca: cert, cert, key });
  });
});

describe('kafkaProblems', () => {
  it.each<readonly [environment: Record<string, string>, problems: readonly string[]]>([
    [
      { KAFKA_TLS_CA: 'marked', KAFKA_TLS_KEY: 'marked' },
      [
        'KAFKA_TLS_CA is set, but KAFKA_TLS_ENABLED is not true.',
        'KAFKA_TLS_KEY is set, but KAFKA_TLS_ENABLED is not true.',
      ],
    ],
    [
      { KAFKA_TLS_ENABLED: 'true', KAFKA_TLS_CA: 'marked' },
      ["KAFKA_TLS_CA can't be read: certificates in PEM, each of an authority."],
    ],
    [{ KAFKA_SASL_PASSWORD: 'marked' }, ['KAFKA_SASL_PASSWORD is set, but KAFKA_SASL_MECHANISM is none.']],
    [{ ...SCRAM, KAFKA_SASL_PASSWORD: '' }, ['KAFKA_SASL_PASSWORD is not set, but KAFKA_SASL_MECHANISM is.']],
    [
      { KAFKA_SASL_MECHANISM: 'PLAIN' },
      [
        'KAFKA_SASL_USERNAME is not set, but KAFKA_SASL_MECHANISM is.',
        'KAFKA_SASL_PASSWORD is not set, but KAFKA_SASL_MECHANISM is.',
      ],
    ],
    [
      { KAFKA_SASL_MECHANISM: 'GSSAPI' },
      ["KAFKA_SASL_MECHANISM can't be read: one of none, PLAIN, SCRAM-SHA-256, SCRAM-SHA-512."],
    ],
    [{ ...SCRAM, KAFKA_SASL_USERNAME: 'a\0b' }, ["KAFKA_SASL_USERNAME can't be read: text."]],
    [
      { KAFKA_SASL_USERNAME: 'x'.repeat(1025), KAFKA_SASL_PASSWORD: 'x'.repeat(1025) },
      ["KAFKA_SASL_USERNAME can't be read: text.", "KAFKA_SASL_PASSWORD can't be read: text."],
    ],
  ])('%j', (environment, problems) => expect(decoded(environment)).toEqual({ problems }));
});

it('warns of a password that can be read on its way, and of no other', () => {
  const warned = (environment: Record<string, string>) => {
    const lines: unknown[] = [];
    warnOfOpenKafkaPassword(
      { warn: (...line: unknown[]) => void lines.push(...line) },
      settingsOf(environment),
    );
    return lines;
  };
  const plain = { ...SCRAM, KAFKA_SASL_MECHANISM: 'PLAIN' };
  expect(warned(plain)).toEqual(['the password of Kafka is sent without TLS']);
  expect(warned({ ...plain, KAFKA_TLS_ENABLED: 'true' })).toEqual([]);
  expect(warned(SCRAM)).toEqual([]);
  expect(warned({})).toEqual([]);
});
