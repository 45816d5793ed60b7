/** Kafka with TLS and SASL: who has the right to, reads and writes; who has not, is told so at once, by a code alone. */
import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import {
  EVENTS_TOPIC,
  ensureTopic,
  type KafkaConnection,
  openLogWriter,
  startLogReader,
} from '@auditbox/event-log';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Certified, certifiedBy, newAuthority } from '../src/certificates.ts';
import { keptLog } from '../src/kept-log.ts';
import { type SecuredKafka, startSecuredKafka } from '../src/secured-kafka.ts';

const USER = 'marked-user';
const PASSWORD = 'marked-password';
const WRONG = 'marked-wrong';
const CLIENT = 'marked-client';
/** In no line of a log and in no error, whatever happens. */
const SECRETS = /marked-|BEGIN (?:EC )?PRIVATE KEY/;

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

let kafka: SecuredKafka;
let client: Certified;
let stranger: Certified;

beforeAll(async () => {
  kafka = await startSecuredKafka({ [USER]: PASSWORD }, [USER, CLIENT]);
  client = await certifiedBy(kafka.authority, CLIENT);
  stranger = await certifiedBy(await newAuthority('others'), CLIENT);
});
afterAll(() => kafka?.[Symbol.asyncDispose]());

const trusted = () => ({ ca: kafka.authority.cert });
const withPassword = (
  mechanism: (typeof MECHANISMS)[number],
  password = PASSWORD,
  tls: KafkaConnection['tls'] = trusted(),
): KafkaConnection => ({
  brokers: [kafka.saslTls],
  clientId: 'test',
  tls,
  sasl: { mechanism, username: USER, password },
});
const withCertificate = (own?: Certified): KafkaConnection => ({
  brokers: [kafka.mutualTls],
  clientId: 'test',
  tls: { ...trusted(), ...own },
});

/** Writes and reads back on a topic of its own; what was read. */
async function thereAndBack(connection: KafkaConnection, logger: ReturnType<typeof keptLog>['logger']) {
  const topic = `test.${randomUUID()}`;
  const value = randomUUID();
  await ensureTopic(connection, { ...EVENTS_TOPIC, name: topic, partitions: 1 }, { allowWeak: true, logger });
  await using writer = await openLogWriter(connection, { topic, logger });
  expect(await writer.append([{ key: 'k', value: Buffer.from(value), headers: {} }])).toMatchObject({
    kind: 'appended',
  });
  const { promise: read, resolve, reject } = Promise.withResolvers<string | undefined>();
  await using _reader = await startLogReader(connection, {
    topic,
    groupId: topic,
    logger,
    onFatal: reject,
    async process({ records, confirm }) {
      for (const record of records) confirm(record.offset);
      resolve(records[0]?.value?.toString());
    },
  });
  return { sent: value, read: await read };
}

describe('who has the right to', () => {
  it.each<[how: string, connection: () => KafkaConnection]>([
    ...MECHANISMS.map((mechanism) => [mechanism, () => withPassword(mechanism)] as const),
    ['a certificate', () => withCertificate(client)],
  ])('writes and reads back with %s, and nothing of it is in the log', async (_how, connection) => {
    const log = keptLog();
    const { sent, read } = await thereAndBack(connection(), log.logger);
    expect(read).toBe(sent);
    expect(log.text()).toContain('kafkajs reports what it does');
    expect(log.text()).not.toMatch(SECRETS);
    expect([...log.at('warn'), ...log.at('error')]).toEqual([]);
  });
});

describe('who has not', () => {
  it.each<[who: string, connection: () => KafkaConnection, message: RegExp]>([
    ...MECHANISMS.map(
      (mechanism) =>
        [
          `a wrong password with ${mechanism}`,
          () => withPassword(mechanism, WRONG),
          /: KafkaJSSASLAuthenticationError$/,
        ] as const,
    ),
    ['no password', () => ({ ...withPassword('plain'), sasl: undefined }) as never, /./],
    [
      'a broker of another authority',
      () => withPassword('plain', PASSWORD, { ca: stranger.cert }),
      /: \w+CERT\w*$/,
    ],
    [
      'a broker of no known authority',
      () => withPassword('plain', PASSWORD, {}),
      /: \w*(?:CERT|SIGNATURE)\w*$/,
    ],
    [
      'a broker by a name that it has not',
      () => ({ ...withPassword('plain'), brokers: [kafka.saslTls.replace('127.0.0.1', 'localhost')] }),
      /: ERR_TLS_CERT_ALTNAME_INVALID$/,
    ],
    ['no certificate', () => withCertificate(), /: ERR_SSL_\w+$/],
    ['a certificate of another authority', () => withCertificate(stranger), /: ERR_SSL_\w+$/],
  ])('%s is refused at once, with a code and no secret', async (_who, connection, message) => {
    const log = keptLog();
    const opening = { topic: 'some', logger: log.logger };
    const startedAt = performance.now();
    const failures = await Promise.all([
      openLogWriter(connection(), opening).catch((error: unknown) => error),
      startLogReader(connection(), {
        ...opening,
        groupId: 'some',
        process: async () => {},
        onFatal() {},
      }).catch((error: unknown) => error),
    ]);
    for (const failure of failures) {
      expect(failure).toMatchObject({
        code: 'refused',
        retryable: false,
        message: expect.stringMatching(message),
      });
      expect(inspect(failure)).not.toMatch(SECRETS);
    }
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(log.text()).not.toMatch(SECRETS);
  });
});
