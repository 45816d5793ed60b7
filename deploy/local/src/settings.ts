/**
 * The settings of `npm start`: one table, which also prints `npm start -- --help`. Reading reports every bad value at
 * once. What the services themselves are set with (AUDITBOX_*, IDP_*, KAFKA_*, ELASTIC_*) passes through and is theirs
 * to check.
 */
import type { Wanted } from './artifacts/unfetched.ts';

const kinds = {
  port: { pattern: /^\d{1,5}$/, read: Number, min: 1, max: 65_535, expected: 'a port number, 1 to 65535' },
  count: { pattern: /^\d{1,2}$/, read: Number, min: 1, max: 12, expected: 'a whole number, 1 to 12' },
  heap: {
    pattern: /^\d{1,6}[mgMG]$/,
    read: String,
    expected: 'a size as the JVM writes it, like 512m or 2g',
  },
  level: { pattern: /^(off|debug|info|error)$/, read: String, expected: 'off, debug, info or error' },
  flag: {
    pattern: /^(true|false)$/,
    read: (text: string) => text === 'true',
    expected: 'true or false',
  },
  folder: { pattern: /./, read: String, expected: 'a folder' },
  brokers: {
    pattern: /^[^\s,:/]+:\d{1,5}(,\s*[^\s,:/]+:\d{1,5})*$/,
    read: String,
    expected: 'host:port, comma-separated',
  },
  uri: {
    pattern: /^https?:\/\/[^\s?#@]+$/,
    read: String,
    expected: 'an http or https URL without credentials (AUDITBOX_ES_AUTH takes them)',
  },
} as const;

interface Row {
  readonly env: string;
  readonly kind: keyof typeof kinds;
  /** Empty: not set unless somebody sets it. */
  readonly byDefault: string;
  readonly doc: string;
}

export const settingsTable = {
  gatewayPort: {
    env: 'PORT',
    kind: 'port',
    byDefault: '3002',
    doc: 'the front door: the base URL is http://localhost:PORT',
  },
  queryPort: { env: 'AUDITBOX_QUERY_PORT', kind: 'port', byDefault: '3003', doc: 'query' },
  indexerPort: {
    env: 'AUDITBOX_INDEXER_PORT',
    kind: 'port',
    byDefault: '3004',
    doc: 'the first indexer; each further replica takes the next port',
  },
  gatewayMetricsPort: {
    env: 'AUDITBOX_METRICS_PORT',
    kind: 'port',
    byDefault: '9302',
    doc: "the gateway's /metrics",
  },
  queryMetricsPort: {
    env: 'AUDITBOX_QUERY_METRICS_PORT',
    kind: 'port',
    byDefault: '9303',
    doc: "query's /metrics",
  },
  indexerMetricsPort: {
    env: 'AUDITBOX_INDEXER_METRICS_PORT',
    kind: 'port',
    byDefault: '9304',
    doc: "the first indexer's /metrics; each further replica takes the next port",
  },
  indexerReplicas: {
    env: 'AUDITBOX_INDEXER_REPLICAS',
    kind: 'count',
    byDefault: '1',
    doc: 'how many indexers share the work; more than the 12 partitions would idle',
  },
  kafkaBrokers: {
    env: 'KAFKA_BROKERS',
    kind: 'brokers',
    byDefault: '',
    doc: 'use this Kafka instead of starting one',
  },
  kafkaPort: {
    env: 'KAFKA_PORT',
    kind: 'port',
    byDefault: '9092',
    doc: "Kafka's port; its controller takes the next one",
  },
  kafkaHeap: { env: 'KAFKA_HEAP', kind: 'heap', byDefault: '1g', doc: "Kafka's largest heap" },
  elasticUri: {
    env: 'ELASTIC_URI',
    kind: 'uri',
    byDefault: '',
    doc: 'use this Elasticsearch instead of starting one',
  },
  elasticPort: { env: 'ELASTIC_PORT', kind: 'port', byDefault: '9200', doc: "Elasticsearch's HTTP port" },
  elasticTransportPort: {
    env: 'ELASTIC_TRANSPORT_PORT',
    kind: 'port',
    byDefault: '9300',
    doc: "Elasticsearch's second port",
  },
  elasticHeap: {
    env: 'ELASTIC_HEAP',
    kind: 'heap',
    byDefault: '2g',
    doc: "Elasticsearch's heap, taken at once",
  },
  keycloak: {
    env: 'AUDITBOX_LOCAL_KEYCLOAK',
    kind: 'flag',
    byDefault: 'false',
    doc: 'start Keycloak too, and let nobody in without its tokens; --keycloak sets it',
  },
  keycloakPort: { env: 'KEYCLOAK_PORT', kind: 'port', byDefault: '8888', doc: "Keycloak's port" },
  keycloakHeap: {
    env: 'KEYCLOAK_HEAP',
    kind: 'heap',
    byDefault: '512m',
    doc: "Keycloak's largest heap",
  },
  localDir: {
    env: 'AUDITBOX_LOCAL_DIR',
    kind: 'folder',
    byDefault: '.auditbox',
    doc: 'artifacts, data, logs; a relative path is below the repository',
  },
  logLevel: {
    env: 'AUDITBOX_LOG_LEVEL',
    kind: 'level',
    byDefault: 'info',
    doc: "the services' least log level: off, debug, info or error",
  },
} as const satisfies Record<string, Row>;

type Table = typeof settingsTable;
type ValueOf<R extends Row> =
  | ReturnType<(typeof kinds)[R['kind']]['read']>
  | (R['byDefault'] extends '' ? undefined : never);

export type Settings = { readonly [Key in keyof Table]: ValueOf<Table[Key]> };

export type SettingsRead = { readonly settings: Settings } | { readonly problems: readonly string[] };

export function readSettings(env: NodeJS.ProcessEnv): SettingsRead {
  const problems: string[] = [];
  const entries = Object.entries(settingsTable).map(([key, row]) => {
    const text = env[row.env]?.trim() || row.byDefault;
    if (text === '') return [key, undefined];
    const kind = kinds[row.kind];
    const value = kind.read(text);
    const inRange = !('min' in kind) || (Number(value) >= kind.min && Number(value) <= kind.max);
    if (!kind.pattern.test(text) || !inRange) {
      // What is before an @ may be a password.
      const found = text.includes('@') ? 'has an @ in it' : `is "${text}"`;
      problems.push(`${row.env} ${found}, but must be ${kind.expected}.`);
    }
    return [key, value];
  });
  const tls = Object.keys(env).find((name) => name.startsWith('AUDITBOX_TLS_') && env[name] !== '');
  // We ask them how they are by HTTP, and pass on to query by it.
  if (tls !== undefined)
    problems.push(`${tls} is set, but npm start serves HTTP on loopback only: start the services yourself.`);
  if (problems.length > 0) return { problems };
  const settings = Object.fromEntries(entries) as Settings;
  const conflicts = portConflicts(settings);
  return conflicts.length > 0 ? { problems: conflicts } : { settings };
}

/** What is fetched and started; of Kafka and Elasticsearch only what the user did not bring is started. */
export function startedOf({ kafkaBrokers, elasticUri, keycloak }: Settings): Wanted {
  return { backends: !(kafkaBrokers && elasticUri), keycloak };
}

/** Every port that will be listened on, with the setting that moves it. */
export function portsOf(
  settings: Settings,
): { readonly port: number; readonly env: string; readonly of: string }[] {
  const replicas = Array.from({ length: settings.indexerReplicas }, (_, index) => index);
  const indexers = replicas.map((index) => ({
    port: settings.indexerPort + index,
    env: settingsTable.indexerPort.env,
    of: 'indexer',
  }));
  const metrics = [
    {
      port: settings.gatewayMetricsPort,
      env: settingsTable.gatewayMetricsPort.env,
      of: "the gateway's metrics",
    },
    { port: settings.queryMetricsPort, env: settingsTable.queryMetricsPort.env, of: "query's metrics" },
    ...replicas.map((index) => ({
      port: settings.indexerMetricsPort + index,
      env: settingsTable.indexerMetricsPort.env,
      of: "the indexer's metrics",
    })),
  ];
  const kafka = [
    { port: settings.kafkaPort, env: settingsTable.kafkaPort.env, of: 'Kafka' },
    { port: settings.kafkaPort + 1, env: settingsTable.kafkaPort.env, of: "Kafka's controller" },
  ];
  const elasticsearch = [
    { port: settings.elasticPort, env: settingsTable.elasticPort.env, of: 'Elasticsearch' },
    {
      port: settings.elasticTransportPort,
      env: settingsTable.elasticTransportPort.env,
      of: "Elasticsearch's transport",
    },
  ];
  const keycloak = [{ port: settings.keycloakPort, env: settingsTable.keycloakPort.env, of: 'Keycloak' }];
  return [
    { port: settings.gatewayPort, env: settingsTable.gatewayPort.env, of: 'gateway' },
    { port: settings.queryPort, env: settingsTable.queryPort.env, of: 'query' },
    ...indexers,
    ...metrics,
    ...(settings.kafkaBrokers ? [] : kafka),
    ...(settings.elasticUri ? [] : elasticsearch),
    ...(settings.keycloak ? keycloak : []),
  ];
}

export function helpText(): string {
  const rows = Object.values(settingsTable).map(
    ({ env, byDefault, doc }) => `  ${env.padEnd(31)}${byDefault.padEnd(11)}${doc}`,
  );
  return [
    'npm start: Kafka, Elasticsearch, gateway, indexer and query on this machine, until Ctrl-C.',
    'npm start -- --keycloak: Keycloak too, whose tokens the API then needs.',
    'Settings are environment variables:',
    '',
    ...rows,
    '',
    'Every other variable is handed to the services as it is: AUDITBOX_*, IDP_*, KAFKA_*, ELASTIC_*.',
  ].join('\n');
}

function portConflicts(settings: Settings): string[] {
  const ports = portsOf(settings);
  return ports.flatMap(({ port, env, of }, index) => {
    const other = ports.slice(0, index).find((each) => each.port === port);
    if (port > 65_535) return [`${env} leads to port ${port} for ${of}, but ports end at 65535.`];
    return other ? [`${other.env} and ${env} both lead to port ${port} (${other.of} and ${of}).`] : [];
  });
}
