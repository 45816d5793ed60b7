/**
 * A real broker of a test's own behind every kind of door that Auditbox knows: TLS with a password (PLAIN and both
 * kinds of SCRAM), mutual TLS, and a password whose session ends soon. The door without any is the test's own; whoever
 * comes through another one may do what ACLs say, and nothing without.
 */
import { freePorts, freshFolder, type KafkaNode, startKafka } from '@auditbox/local';
import {
  type TestAuthority,
  type TestCertificate,
  testAuthority,
} from '@auditbox/service-kit/test-certificates';

export type SecuredKafka = AsyncDisposable & {
  readonly node: KafkaNode;
  /** Whom to trust. */
  readonly authority: TestAuthority;
  /** host:port of each door. */
  readonly open: string;
  readonly saslTls: string;
  readonly mutualTls: string;
  /** Without TLS, and with a session of SESSION_MS. */
  readonly shortSession: string;
};

/** Of a session: kafkajs shows itself again 10 s before its end (KIP-368), so about every two seconds. */
export const SESSION_MS = 12_000;

export type Users = Readonly<Record<string, string>>;

const SCRAM = ['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;

/** @param users their passwords by their names, at all doors that ask for one */
export async function startSecuredKafka(
  users: Users,
  superUsers: readonly string[] = [],
): Promise<SecuredKafka> {
  await using starting = new AsyncDisposableStack();
  const folder = starting.use(freshFolder('secured-kafka'));
  const [authority, ports] = await Promise.all([testAuthority('brokers'), freePorts(5)]);
  const broker = await authority.server(['127.0.0.1']);
  const [open, saslTls, mutualTls, shortSession, controller] = ports.map((port) => `127.0.0.1:${port}`);
  const listeners = `PLAINTEXT://${open},SASLTLS://${saslTls},MUTUAL://${mutualTls},SHORT://${shortSession}`;
  const node = starting.use(
    await startKafka({
      folder: folder.path,
      port: ports[0]!,
      secondPort: ports[4]!,
      properties: {
        listeners: `${listeners},CONTROLLER://${controller}`,
        'advertised.listeners': listeners,
        'listener.security.protocol.map':
          'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASLTLS:SASL_SSL,MUTUAL:SSL,SHORT:SASL_PLAINTEXT',
        ...tlsProperties('sasltls', authority, broker),
        ...tlsProperties('mutual', authority, broker),
        'listener.name.mutual.ssl.client.auth': 'required',
        'ssl.principal.mapping.rules': 'RULE:^CN=(.*)$/$1/',
        ...saslProperties('sasltls', users),
        ...saslProperties('short', users),
        'listener.name.short.scram-sha-512.connections.max.reauth.ms': String(SESSION_MS),
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': ['ANONYMOUS', ...superUsers].map((user) => `User:${user}`).join(';'),
      },
      scramUsers: Object.entries(users).flatMap(([name, password]) =>
        SCRAM.map((mechanism) => `${mechanism}=[name=${name},password=${password}]`),
      ),
    }),
  );
  const started = starting.move();
  return {
    node,
    authority,
    open: open!,
    saslTls: saslTls!,
    mutualTls: mutualTls!,
    shortSession: shortSession!,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** KIP-651: PEM in the properties themselves. */
function tlsProperties(listener: string, { ca }: TestAuthority, { cert, key }: TestCertificate) {
  const at = `listener.name.${listener}.ssl`;
  return {
    [`${at}.keystore.type`]: 'PEM',
    [`${at}.keystore.certificate.chain`]: cert,
    [`${at}.keystore.key`]: key,
    [`${at}.truststore.type`]: 'PEM',
    [`${at}.truststore.certificates`]: ca,
  };
}

function saslProperties(listener: string, users: Users) {
  const at = `listener.name.${listener}`;
  const plain = Object.entries(users).map(([name, password]) => `user_${name}="${password}"`);
  return {
    [`${at}.sasl.enabled.mechanisms`]: ['PLAIN', ...SCRAM].join(','),
    [`${at}.plain.sasl.jaas.config`]: `org.apache.kafka.common.security.plain.PlainLoginModule required ${plain.join(' ')};`,
    ...Object.fromEntries(
      SCRAM.map((mechanism) => [
        `${at}.${mechanism.toLowerCase()}.sasl.jaas.config`,
        'org.apache.kafka.common.security.scram.ScramLoginModule required;',
      ]),
    ),
  };
}
