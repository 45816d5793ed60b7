/**
 * Settings that more than one service has. Where Auditbox has a name for one it is the name here too, so a site
 * keeps its settings when it switches.
 */
import { FormatRegistry, Type } from '@sinclair/typebox';
import { isAddressOrNetwork } from './http/trusted-proxies.ts';
import { type DecodedSettings, listOf, type SettingsTable, setting } from './settings.ts';

const PORT_MAX = 65_535;

/** `host:port`. */
const BROKER_PATTERN = '^[^\\s:/,]+:\\d{1,5}$';
/** An http(s) URL without query or fragment. */
const URL_PATTERN = '^https?://[^\\s?#]+$';

export const binding = setting(
  'BINDING',
  Type.String({ default: '127.0.0.1', description: 'Address to listen on; `0.0.0.0` for all.' }),
);

export const port = (defaultPort: number) =>
  setting(
    'PORT',
    Type.Integer({
      default: defaultPort,
      minimum: 0,
      maximum: PORT_MAX,
      description: 'Port to listen on; 0 for any.',
    }),
  );

export const metricsPort = (defaultPort: number) =>
  setting(
    'AUDITBOX_METRICS_PORT',
    Type.Union([Type.Integer({ minimum: 0, maximum: PORT_MAX }), Type.Literal('off')], {
      default: defaultPort,
      description: 'Port of `GET /metrics`, on the same address; 0 for any, `off` for none.',
    }),
  );

export const baseUrl = setting(
  'AUDITBOX_BASE_URL',
  Type.String({
    default: 'http://localhost:3002',
    pattern: URL_PATTERN,
    examples: 'https://audit.example.org/fhir',
    description:
      'The base of the API as clients see it: links, `Location`, and which absolute references are our own. Its path may stay on requests or be taken off by a proxy.',
  }),
);

export const requestsMax = (defaultMax: number) =>
  setting(
    'AUDITBOX_REQUESTS_MAX',
    Type.Integer({
      default: defaultMax,
      minimum: 1,
      maximum: 100_000,
      description:
        'Requests in hand at once, of those that send and those that read each; more are answered 503 with Retry-After.',
    }),
  );

const ADDRESS_OR_NETWORK = 'address-or-network';
FormatRegistry.Set(ADDRESS_OR_NETWORK, isAddressOrNetwork);

export const proxies = setting(
  'AUDITBOX_TRUSTED_PROXIES',
  listOf(Type.String({ format: ADDRESS_OR_NETWORK, examples: '10.0.0.0/8' }), {
    default: [],
    description:
      'Addresses and networks of proxies, separated by commas, whose `X-Forwarded-Host`, `-Proto`, `-Port`, `-Prefix` or `Forwarded` say the base of links in place of `AUDITBOX_BASE_URL`. They have to set or remove these headers themselves. Query: the gateway, if it has such proxies.',
  }),
);

export const logLevel = setting(
  'AUDITBOX_LOG_LEVEL',
  Type.Union([Type.Literal('off'), Type.Literal('debug'), Type.Literal('info'), Type.Literal('error')], {
    default: 'info',
    description: 'Least level that is logged: `off`, `debug`, `info` or `error`.',
  }),
);

export const stopDeadlineMs = setting(
  'AUDITBOX_STOP_DEADLINE_MS',
  Type.Integer({
    default: 25_000,
    minimum: 100,
    maximum: 600_000,
    description: 'Milliseconds that a graceful stop may take (Kubernetes kills after 30 s by default).',
  }),
);

export const kafkaBrokers = setting(
  'KAFKA_BROKERS',
  listOf(Type.String({ pattern: BROKER_PATTERN, examples: 'localhost:9092' }), {
    default: ['localhost:9092'],
    description: 'Kafka brokers to start from, `host:port`, separated by commas.',
  }),
);

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

export const elasticUri = setting(
  'ELASTIC_URI',
  Type.String({
    default: 'http://localhost:9200',
    pattern: URL_PATTERN,
    examples: 'http://localhost:9200',
    description: 'Elasticsearch 9.',
  }),
);

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

/** RFC 6749, section 3: such a URL may have a query, never a fragment. */
const endpoint = (name: string, description: string) =>
  setting(
    name,
    Type.String({
      default: '',
      pattern: '^https?://[^\\s#]+$',
      examples: 'https://idp.example.org/oauth2/token',
      description,
    }),
  );

export const authorizeEndpoint = endpoint(
  'IDP_AUTHORIZE_ENDPOINT',
  'Where the identity provider lets a user authorize a client; named in the CapabilityStatement.',
);

export const tokenEndpoint = endpoint(
  'IDP_TOKEN_ENDPOINT',
  'Where the identity provider issues tokens; named in the CapabilityStatement.',
);

/** The settings of a service that knows both kinds of index. A search for events must never look into quarantine. */
export function withIndicesApart<
  Table extends SettingsTable & {
    readonly indexPrefix: typeof indexPrefix;
    readonly quarantineIndex: typeof quarantineIndex;
  },
>(decoded: DecodedSettings<Table>): DecodedSettings<Table> {
  if ('problems' in decoded) return decoded;
  const [prefix, index] = [String(decoded.settings.indexPrefix), String(decoded.settings.quarantineIndex)];
  if (index !== prefix && !index.startsWith(`${prefix}-`)) return decoded;
  return {
    problems: [
      `${quarantineIndex.name} is ${indexPrefix.name} or begins with it and a hyphen: searches for events would find what is in quarantine.`,
    ],
  };
}
