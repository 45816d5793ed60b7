/** Kafka with TLS and SASL: who has the right to, reads and writes; who has not, is told so at once, by a code alone. */
import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { inspect } from 'node:util';
import {
  EVENTS_TOPIC,
  type EventLogError,
  ensureTopic,
  type KafkaConnection,
  openLogWriter,
  type SocketFactory,
  startLogReader,
} from '@auditbox/event-log';
import { type TestCertificate, testAuthority } from '@auditbox/service-kit/test-certificates';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutAuthentication } from '../src/cut-authentication.ts';
import { eventually } from '../src/eventually.ts';
import { setScramPassword } from '../src/kafka-user.ts';
import { keptLog } from '../src/kept-log.ts';
import { SESSION_MS, type SecuredKafka, startSecuredKafka } from '../src/secured-kafka.ts';

const USER = 'marked-user';
/** Its password changes for good. */
const LEAVER = 'marked-leaver';
const PASSWORD = 'marked-password';
const WRONG = 'marked-wrong';
const CLIENT = 'marked-client';
/** In no line of a log and in no error, whatever happens. */
const SECRETS = /marked-|BEGIN (?:EC )?PRIVATE KEY/;

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

const others = await testAuthority('others');
const stranger = await others.client(CLIENT);

let kafka: SecuredKafka;
let client: TestCertificate;

beforeAll(async () => {
  kafka = await startSecuredKafka({ [USER]: PASSWORD, [LEAVER]: PASSWORD }, [USER, LEAVER, CLIENT]);
  client = await kafka.authority.client(CLIENT);
});
afterAll(() => kafka?.[Symbol.asyncDispose]());

const trusted = () => ({ ca: kafka.authority.ca });
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
const withCertificate = (own?: TestCertificate): KafkaConnection => ({
  brokers: [kafka.mutualTls],
  clientId: 'test',
  tls: { ...trusted(), ...own },
});

const withSession = (mechanism: (typeof MECHANISMS)[number]): KafkaConnection => ({
  brokers: [kafka.shortSession],
  clientId: 'test',
  sasl: { mechanism, username: USER, password: PASSWORD },
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
  it.each<readonly [how: string, connection: () => KafkaConnection]>([
    ...MECHANISMS.map((mechanism) => [mechanism, () => withPassword(mechanism)] as const),
    ['a certificate', () => withCertificate(client)],
  ])('writes and reads back with %s, and nothing of it is in the log', async (_how, connection) => {
    const log = keptLog();
    const { sent, read } = await thereAndBack(connection(), log.logger);
    expect(read).toBe(sent);
    expect(log.text()).toContain('kafkajs reports what it does');
    expect(log.text()).not.toMatch(SECRETS);
    expect(log.at('error')).toEqual([]);
  });
});

describe('who has not', () => {
  it.each<readonly [who: string, connection: () => KafkaConnection, message: RegExp]>([
    ...MECHANISMS.map(
      (mechanism) =>
        [
          `a wrong password with ${mechanism}`,
          () => withPassword(mechanism, WRONG),
          /: KafkaJSSASLAuthenticationError$/,
        ] as const,
    ),
    [
      'a broker of another authority',
      () => withPassword('plain', PASSWORD, { ca: others.ca }),
      /: \w*(?:CERT|SIGNATURE)\w*$/,
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
    ['no certificate', () => withCertificate(), /: ERR_SSL_\S+$/],
    ['a certificate of another authority', () => withCertificate(stranger), /: ERR_SSL_\S+$/],
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

it('does not take a connection that is lost while it authenticates for a wrong password', async () => {
  for (const mechanism of MECHANISMS) {
    const cut = { ...withSession(mechanism), socketFactory: cutAuthentication };
    await expect(openLogWriter(cut, { topic: 'some', logger: keptLog().logger })).rejects.toMatchObject({
      code: 'unreachable',
      retryable: true,
    });
  }
});

describe('while it runs', () => {
  const topic = 'running';
  const record = () => [{ key: 'k', value: Buffer.from(randomUUID()), headers: {} }];

  /** A writer and a reader on doors where a session ends soon; what was read, and how they end. */
  async function running(connection: KafkaConnection) {
    const log = keptLog();
    const { logger } = log;
    await using starting = new AsyncDisposableStack();
    await ensureTopic(connection, { ...EVENTS_TOPIC, name: topic, partitions: 1 }, { allowWeak: true });
    const limits = { deadlineMs: 60_000 };
    const writer = starting.use(await openLogWriter(connection, { topic, logger, limits }));
    const read = new Set<string>();
    const { promise: ended, resolve: onFatal } = Promise.withResolvers<EventLogError>();
    const reader = starting.use(
      await startLogReader(connection, {
        topic,
        groupId: randomUUID(),
        logger,
        onFatal,
        async process({ records, confirm }) {
          for (const { value, offset } of records) {
            read.add(String(value));
            confirm(offset);
          }
        },
      }),
    );
    const started = starting.move();
    return {
      log,
      writer,
      reader,
      ended,
      hasRead: (value: Buffer) => read.has(value.toString()),
      [Symbol.asyncDispose]: () => started.disposeAsync(),
    };
  }

  it('shows itself again before its session ends, on the same connections', async () => {
    const opened: Socket[] = [];
    const socketFactory: SocketFactory = ({ host, port, onConnect }) => {
      const socket = connect(port, host, onConnect);
      opened.push(socket);
      return socket;
    };
    await using it = await running({ ...withSession('scram-sha-512'), socketFactory });
    const there = async () => {
      const [sent] = record();
      expect(await it.writer.append([sent!])).toMatchObject({ kind: 'appended' });
      await eventually('it is read', async () => it.hasRead(sent!.value), Boolean);
    };
    await there();
    const before = opened.filter(({ destroyed }) => !destroyed);
    // The broker ends a connection whose session is over at its next request.
    const longEnoughAt = performance.now() + 1.5 * SESSION_MS;
    while (performance.now() < longEnoughAt) await there();
    expect(before.length).toBeGreaterThan(2);
    expect(before.filter(({ destroyed }) => destroyed)).toEqual([]);
    expect(it.log.at('error')).toEqual([]);
  });

  it('says that a password is no longer good, keeps what it took, and goes on when it is good again', async () => {
    await using it = await running(withSession('scram-sha-512'));
    const [first, second] = [...record(), ...record()];
    await it.writer.append([first!]);
    await eventually('it is read', async () => it.hasRead(first!.value), Boolean);

    await setScramPassword(kafka.open, USER, WRONG);
    const outcome = it.writer.append([second!]);
    await eventually(
      'the writer says so',
      async () => it.writer.health(),
      (health) => 'reason' in health && health.reason === 'refused',
    );
    // A new process reads the new password: that is why it ends instead of waiting.
    expect(await it.ended).toMatchObject({ code: 'refused' });
    const said = async () =>
      it.log.at('error').filter(({ msg }) => msg === 'Kafka does not let this client in').length;
    await eventually('an operator is told', said, (times) => times > 0);

    await setScramPassword(kafka.open, USER, PASSWORD);
    expect(await outcome).toMatchObject({ kind: 'appended' });
    await eventually('the writer is ready', async () => it.writer.health().ready, Boolean);
    expect(await said()).toBe(1);
    expect(it.log.text()).not.toMatch(SECRETS);
  });

  it('is refused also where it finds out with a connection that it opens again', async () => {
    const opened: Socket[] = [];
    const socketFactory: SocketFactory = ({ host, port, ssl, onConnect }) => {
      const socket = connectTls({ host, port, ...ssl }, onConnect);
      opened.push(socket);
      return socket;
    };
    // Sessions do not end at that door: nothing is noticed before connections are lost.
    const door = withPassword('scram-sha-512');
    await using it = await running({ ...door, sasl: { ...door.sasl!, username: LEAVER }, socketFactory });
    const [first] = record();
    await it.writer.append([first!]);
    await eventually('it is read', async () => it.hasRead(first!.value), Boolean);

    await setScramPassword(kafka.open, LEAVER, WRONG);
    for (const socket of opened) socket.destroy(new Error('cut'));
    expect(await it.ended).toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/: KafkaJSSASLAuthenticationError$/),
    });
    expect(it.log.text()).not.toMatch(SECRETS);
  });
});
