import { describe, expect, it } from 'vitest';
import { helpText, portsOf, readSettings, type Settings, settingsTable, startedOf } from './settings.ts';

function settingsOf(env: NodeJS.ProcessEnv): Settings {
  const read = readSettings(env);
  if ('problems' in read) throw new Error(read.problems.join('\n'));
  return read.settings;
}

describe('the settings of npm start', () => {
  it('have defaults for everything but what replaces our own Kafka and Elasticsearch', () => {
    const settings = settingsOf({});
    expect(settings).toMatchObject({
      gatewayPort: 3002,
      kafkaPort: 9092,
      elasticPort: 9200,
      indexerReplicas: 1,
    });
    expect(settings.kafkaBrokers).toBeUndefined();
    expect(settings.elasticUri).toBeUndefined();
  });

  it('take an empty variable for one that is not set', () => {
    expect(settingsOf({ PORT: '', ELASTIC_URI: ' ' }).gatewayPort).toBe(3002);
  });

  it('report every bad value at once, each with its name and what is expected', () => {
    const read = readSettings({
      PORT: '70000',
      KAFKA_HEAP: 'lots',
      ELASTIC_URI: 'localhost:9200',
      AUDITBOX_LOG_LEVEL: 'loud',
      AUDITBOX_LOCAL_KEYCLOAK: 'yes',
    });
    expect('problems' in read && read.problems).toEqual([
      'PORT is "70000", but must be a port number, 1 to 65535.',
      'KAFKA_HEAP is "lots", but must be a size as the JVM writes it, like 512m or 2g.',
      'ELASTIC_URI is "localhost:9200", but must be an http or https URL without credentials (AUDITBOX_ES_AUTH takes them).',
      'AUDITBOX_LOCAL_KEYCLOAK is "yes", but must be true or false.',
      'AUDITBOX_LOG_LEVEL is "loud", but must be off, debug, info or error.',
    ]);
  });

  it('never say a password that was put into a URL', () => {
    const read = readSettings({ ELASTIC_URI: 'https://user:marked@es.example.org' });
    expect('problems' in read && read.problems).toEqual([
      'ELASTIC_URI has an @ in it, but must be an http or https URL without credentials (AUDITBOX_ES_AUTH takes them).',
    ]);
  });

  it('refuse to serve HTTPS, which would never be seen to be ready', () => {
    const read = readSettings({ AUDITBOX_TLS_CERT_FILE: 'x', AUDITBOX_TLS_KEY: '' });
    expect('problems' in read && read.problems).toEqual([
      expect.stringMatching(/^AUDITBOX_TLS_CERT_FILE is set/),
    ]);
  });

  it.each([
    ['0', false],
    ['1', true],
    ['65535', true],
    ['65536', false],
  ])('take port %s: %s', (PORT, taken) => {
    expect('settings' in readSettings({ PORT })).toBe(taken);
  });

  it('refuse two parts on one port, named by the settings that move them', () => {
    const read = readSettings({ PORT: '9093', AUDITBOX_INDEXER_REPLICAS: '2', AUDITBOX_QUERY_PORT: '3005' });
    expect('problems' in read && read.problems).toEqual([
      'AUDITBOX_QUERY_PORT and AUDITBOX_INDEXER_PORT both lead to port 3005 (query and indexer).',
      "PORT and KAFKA_PORT both lead to port 9093 (gateway and Kafka's controller).",
    ]);
  });

  it('need no port for what the user brings', () => {
    const ports = portsOf(
      settingsOf({ KAFKA_BROKERS: 'kafka:9092, other:9092', ELASTIC_URI: 'https://es.example.org' }),
    );
    expect(ports.map(({ of }) => of)).toEqual([
      'gateway',
      'query',
      'indexer',
      "the gateway's metrics",
      "query's metrics",
      "the indexer's metrics",
    ]);
  });

  it('start Keycloak only where it is asked for, and keep its port free only then', () => {
    const asked = { AUDITBOX_LOCAL_KEYCLOAK: 'true', KEYCLOAK_PORT: '9200' };
    expect(portsOf(settingsOf({})).map(({ of }) => of)).not.toContain('Keycloak');
    const read = readSettings(asked);
    expect('problems' in read && read.problems).toEqual([
      'ELASTIC_PORT and KEYCLOAK_PORT both lead to port 9200 (Elasticsearch and Keycloak).',
    ]);
  });

  it.each([
    ['everything of ours', {}, { backends: true, keycloak: false }],
    ['one of the two', { KAFKA_BROKERS: 'kafka:9092' }, { backends: true, keycloak: false }],
    [
      'Keycloak alone',
      {
        KAFKA_BROKERS: 'kafka:9092',
        ELASTIC_URI: 'https://es.example.org',
        AUDITBOX_LOCAL_KEYCLOAK: 'true',
      },
      { backends: false, keycloak: true },
    ],
  ])('fetch and start %s as asked', (_, env, started) => {
    expect(startedOf(settingsOf(env))).toEqual(started);
  });

  it('are all in the help', () => {
    for (const { env } of Object.values(settingsTable)) expect(helpText()).toContain(env);
  });
});
