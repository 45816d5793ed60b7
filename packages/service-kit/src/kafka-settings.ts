/**
 * Settings of Kafka: where it is, how to be let in, which topics. `kafkaConnection` is the one place that makes of them
 * what `packages/event-log` connects with.
 */
import { Type } from '@sinclair/typebox';
import { type ClientTls, type ClientTlsSettings, clientTlsOptions, clientTlsProblems } from './client-tls.ts';
import type { Logger } from './logger.ts';
import { passphraseSetting, pemSetting } from './pem.ts';
import { listOf, namedTexts, type SettingsOf, setting } from './settings.ts';

/** `host:port`. */
const BROKER_PATTERN = '^[^\\s:/,]+:\\d{1,5}$';

/** Characters of a name or a password. */
const CREDENTIAL_LENGTH_MAX = 1024;

/** SASL PLAIN puts a NUL between the two (RFC 4616), so neither has one. */
const credential = (name: string, description: string) =>
  setting(
    name,
    Type.String({ default: '', pattern: '^[^\\0]*$', maxLength: CREDENTIAL_LENGTH_MAX, description }),
  );

const KAFKA_TLS_SETTINGS = {
  kafkaTlsCa: pemSetting(
    'KAFKA_TLS_CA',
    'Certificates in PEM of the authorities that may vouch for brokers; those that Node knows where it is not set.',
  ),
  kafkaTlsCert: pemSetting(
    'KAFKA_TLS_CERT',
    'Certificate of this service in PEM, with its chain, where brokers ask for one (mutual TLS).',
  ),
  kafkaTlsKey: pemSetting('KAFKA_TLS_KEY', 'Private key of `KAFKA_TLS_CERT` in PEM.'),
  kafkaTlsPassphrase: passphraseSetting('KAFKA_TLS_KEY_PASSPHRASE', 'KAFKA_TLS_KEY'),
} as const;

const KAFKA_SASL_SETTINGS = {
  kafkaSaslUsername: credential('KAFKA_SASL_USERNAME', 'Name of this service at Kafka.'),
  kafkaSaslPassword: credential('KAFKA_SASL_PASSWORD', 'Its password.'),
} as const;

/** How to reach Kafka: all that a service needs that reads or writes there. */
export const KAFKA_SETTINGS = {
  kafkaBrokers: setting(
    'KAFKA_BROKERS',
    listOf(Type.String({ pattern: BROKER_PATTERN, examples: 'localhost:9092' }), {
      default: ['localhost:9092'],
      description: 'Kafka brokers to start from, `host:port`, separated by commas.',
    }),
  ),
  kafkaTls: setting(
    'KAFKA_TLS_ENABLED',
    Type.Boolean({
      default: false,
      description:
        'Whether connections to Kafka are TLS. A broker has to prove its host name; that can not be turned off.',
    }),
  ),
  ...KAFKA_TLS_SETTINGS,
  kafkaSaslMechanism: setting(
    'KAFKA_SASL_MECHANISM',
    Type.Union(
      [
        Type.Literal('none'),
        Type.Literal('PLAIN'),
        Type.Literal('SCRAM-SHA-256'),
        Type.Literal('SCRAM-SHA-512'),
      ],
      {
        default: 'none',
        description:
          'How this service shows Kafka who it is: `none`, `PLAIN` (the password itself is sent: not without TLS), `SCRAM-SHA-256` or `SCRAM-SHA-512`.',
      },
    ),
  ),
  ...KAFKA_SASL_SETTINGS,
} as const;

export const eventsTopic = setting(
  'AUDITBOX_EVENTS_TOPIC',
  Type.String({
    default: 'auditbox.events',
    pattern: '^[a-zA-Z0-9._-]{1,249}$',
    description: 'Topic of the events.',
  }),
);

export const quarantineTopic = setting(
  'AUDITBOX_QUARANTINE_TOPIC',
  Type.String({
    default: 'auditbox.quarantine',
    pattern: '^[a-zA-Z0-9._-]{1,249}$',
    description: 'Topic of what was taken but can not be indexed.',
  }),
);

export const allowWeakTopic = setting(
  'AUDITBOX_ALLOW_WEAK_TOPIC',
  Type.Boolean({
    default: false,
    description:
      'Accept topics with fewer copies than the contract asks for. For one local broker; one copy is one copy.',
  }),
);

export type KafkaSettings = SettingsOf<typeof KAFKA_SETTINGS>;

/** Where Kafka is and how it lets us in, as `packages/event-log` has it. */
export type KafkaAccess = {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly tls?: ClientTls;
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
};

const MECHANISMS = {
  PLAIN: 'plain',
  'SCRAM-SHA-256': 'scram-sha-256',
  'SCRAM-SHA-512': 'scram-sha-512',
} as const;

/** @param clientId names the service in the brokers' logs and quotas */
export function kafkaConnection(settings: KafkaSettings, clientId: string): KafkaAccess {
  const { kafkaBrokers: brokers, kafkaTls, kafkaSaslMechanism: mechanism } = settings;
  return {
    brokers,
    clientId,
    ...(kafkaTls && { tls: clientTlsOptions(clientTlsOf(settings)) }),
    ...(mechanism !== 'none' && {
      sasl: {
        mechanism: MECHANISMS[mechanism],
        username: settings.kafkaSaslUsername,
        password: settings.kafkaSaslPassword,
      },
    }),
  };
}

/** What is wrong between these settings. */
export function kafkaProblems(settings: KafkaSettings): string[] {
  const whyPlain = settings.kafkaTls ? undefined : `${KAFKA_SETTINGS.kafkaTls.name} is not true`;
  return [...clientTlsProblems(clientTlsOf(settings), whyPlain), ...saslProblems(settings)];
}

/**
 * Warns where whoever reads along between here and Kafka reads the password: something else has to protect it, as a mesh
 * does. SCRAM never sends it.
 */
export function warnOfOpenKafkaPassword(
  logger: Pick<Logger, 'warn'>,
  { kafkaTls, kafkaSaslMechanism }: KafkaSettings,
): void {
  if (!kafkaTls && kafkaSaslMechanism === 'PLAIN') logger.warn('the password of Kafka is sent without TLS');
}

function saslProblems(settings: KafkaSettings): string[] {
  const mechanism = KAFKA_SETTINGS.kafkaSaslMechanism.name;
  const isOff = settings.kafkaSaslMechanism === 'none';
  return Object.values(namedTexts(KAFKA_SASL_SETTINGS, settings))
    .filter(({ text }) => (text === '') !== isOff)
    .map(({ name }) =>
      isOff ? `${name} is set, but ${mechanism} is none.` : `${name} is not set, but ${mechanism} is.`,
    );
}

function clientTlsOf(settings: KafkaSettings): ClientTlsSettings {
  const named = namedTexts(KAFKA_TLS_SETTINGS, settings);
  return {
    ca: named.kafkaTlsCa,
    cert: named.kafkaTlsCert,
    key: named.kafkaTlsKey,
    passphrase: named.kafkaTlsPassphrase,
  };
}
