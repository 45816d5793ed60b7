/**
 * Settings of Elasticsearch: where it is, how to be let in, which indices. `elasticClientOptions` is the one place that
 * makes of them what its client connects with.
 */
import { Type } from '@sinclair/typebox';
import { type ClientTls, type ClientTlsSettings, clientTlsOptions, clientTlsProblems } from './client-tls.ts';
import type { Logger } from './logger.ts';
import { passphraseSetting, pemSetting } from './pem.ts';
import { namedTexts, type SettingsOf, setting } from './settings.ts';

/** An http(s) URL without query or fragment. */
const URL_PATTERN = '^https?://[^\\s?#]+$';

/** Characters of credentials. */
const CREDENTIALS_LENGTH_MAX = 2048;

const ELASTIC_TLS_SETTINGS = {
  elasticCa: pemSetting(
    'ELASTIC_CA',
    'Certificates in PEM of the authorities that may vouch for Elasticsearch; those that Node knows where it is not set.',
  ),
  elasticCert: pemSetting(
    'ELASTIC_CERT',
    'Certificate of this service in PEM, with its chain, where Elasticsearch asks for one.',
  ),
  elasticKey: pemSetting('ELASTIC_KEY', 'Private key of `ELASTIC_CERT` in PEM.'),
  elasticKeyPassphrase: passphraseSetting('ELASTIC_KEY_PASSPHRASE', 'ELASTIC_KEY'),
} as const;

/** How to reach Elasticsearch. */
export const ELASTIC_SETTINGS = {
  elasticUri: setting(
    'ELASTIC_URI',
    Type.String({
      default: 'http://localhost:9200',
      pattern: URL_PATTERN,
      examples: 'https://elasticsearch.example.org:9200',
      description: 'Elasticsearch 9. Credentials have settings of their own.',
    }),
  ),
  elasticAuth: setting(
    'AUDITBOX_ES_AUTH',
    Type.String({
      default: '',
      // RFC 7617: the first colon ends the name.
      pattern: '^[^\\r\\n:]+:[^\\r\\n]+$',
      maxLength: CREDENTIALS_LENGTH_MAX,
      examples: 'user:password',
      description: 'User and password for Elasticsearch, `user:password`.',
    }),
  ),
  elasticApiKey: setting(
    'ELASTIC_API_KEY',
    Type.String({
      default: '',
      pattern: '^[A-Za-z0-9+/=_-]+$',
      maxLength: CREDENTIALS_LENGTH_MAX,
      examples: 'aWQ6YXBpX2tleQ==',
      description: 'API key for Elasticsearch, as it gives it in `encoded`. In place of `AUDITBOX_ES_AUTH`.',
    }),
  ),
  ...ELASTIC_TLS_SETTINGS,
} as const;

export const indexPrefix = setting(
  'AUDITBOX_INDEX_PREFIX',
  Type.String({
    default: 'auditbox-events',
    pattern: '^[a-z0-9][a-z0-9-]{0,99}$',
    description: 'Beginning of the names of the monthly indices.',
  }),
);

export const quarantineIndex = setting(
  'AUDITBOX_QUARANTINE_INDEX',
  Type.String({
    default: 'auditbox-quarantine',
    pattern: '^[a-z0-9][a-z0-9-]{0,99}$',
    description:
      'Index of what is in quarantine. Its name does not begin as those of the monthly indices do.',
  }),
);

export type ElasticSettings = SettingsOf<typeof ELASTIC_SETTINGS>;

/** For the client of `@elastic/elasticsearch`, which both services that have one make themselves. */
export type ElasticClientOptions = {
  readonly node: string;
  readonly auth?: { readonly username: string; readonly password: string } | { readonly apiKey: string };
  readonly tls?: ClientTls & { readonly rejectUnauthorized: true };
};

export function elasticClientOptions(settings: ElasticSettings): ElasticClientOptions {
  const { elasticUri: node, elasticAuth, elasticApiKey: apiKey } = settings;
  const colon = elasticAuth.indexOf(':');
  return {
    node,
    ...(elasticAuth !== '' && {
      auth: { username: elasticAuth.slice(0, colon), password: elasticAuth.slice(colon + 1) },
    }),
    ...(apiKey !== '' && { auth: { apiKey } }),
    // Said, because NODE_TLS_REJECT_UNAUTHORIZED=0 would turn it off.
    ...(isTls(node) && { tls: { ...clientTlsOptions(clientTlsOf(settings)), rejectUnauthorized: true } }),
  };
}

/** What is wrong between these settings. */
export function elasticProblems(settings: ElasticSettings): string[] {
  const { elasticUri, elasticAuth, elasticApiKey } = ELASTIC_SETTINGS;
  const problems: string[] = [];
  // In a URL they would get to where URLs get: process lists, logs of proxies, error messages.
  if (!URL.canParse(settings.elasticUri)) problems.push(`${elasticUri.name} can't be read: a URL.`);
  else if (hasCredentials(new URL(settings.elasticUri))) {
    problems.push(`${elasticUri.name} has credentials in it: they belong in ${elasticAuth.name}.`);
  }
  if (settings.elasticAuth !== '' && settings.elasticApiKey !== '')
    problems.push(`${elasticAuth.name} and ${elasticApiKey.name} are both set: only one can be.`);
  const whyPlain = isTls(settings.elasticUri) ? undefined : `${elasticUri.name} is not an https URL`;
  return [...problems, ...clientTlsProblems(clientTlsOf(settings), whyPlain)];
}

/** As fhir-core's `writtenIndex` names the indices of a version of the projection. */
const GENERATION = /-v\d+$/;

/** Of a service that knows both kinds of index. A search for events must never look into quarantine. */
export function indexProblems(settings: Readonly<Record<'indexPrefix' | 'quarantineIndex', string>>) {
  const { indexPrefix: prefix, quarantineIndex: index } = settings;
  const problems: string[] = [];
  if (index === prefix || index.startsWith(`${prefix}-`)) {
    problems.push(
      `${quarantineIndex.name} is ${indexPrefix.name} or begins with it and a hyphen: searches for events would find what is in quarantine.`,
    );
  }
  if (GENERATION.test(prefix)) {
    problems.push(
      `${indexPrefix.name} ends as the indices of a generation begin, -v and a number: those of another prefix would be taken for its own.`,
    );
  }
  return problems;
}

/** Warns where whoever reads along between here and Elasticsearch reads the credentials: something else has to protect them. */
export function warnOfOpenElasticCredentials(
  logger: Pick<Logger, 'warn'>,
  { elasticUri, elasticAuth, elasticApiKey }: ElasticSettings,
): void {
  if (isTls(elasticUri) || (elasticAuth === '' && elasticApiKey === '')) return;
  logger.warn('credentials of Elasticsearch are sent without TLS');
}

function hasCredentials({ username, password }: URL): boolean {
  return username !== '' || password !== '';
}

function isTls(uri: string): boolean {
  return uri.startsWith('https:');
}

function clientTlsOf(settings: ElasticSettings): ClientTlsSettings {
  const named = namedTexts(ELASTIC_TLS_SETTINGS, settings);
  return {
    ca: named.elasticCa,
    cert: named.elasticCert,
    key: named.elasticKey,
    passphrase: named.elasticKeyPassphrase,
  };
}
