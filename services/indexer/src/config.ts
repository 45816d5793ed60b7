/** The settings of the indexer, read once. */
import { selfAudit, selfAuditDeadlineMs } from '@auditbox/self-audit';
import {
  AUTH_SETTINGS,
  allowWeakTopic,
  baseUrl,
  binding,
  checkSettings,
  type DecodedSettings,
  dataRetentionDays,
  decodeSettings,
  ELASTIC_SETTINGS,
  type Environment,
  elasticProblems,
  eventsTopic,
  indexPrefix,
  indexProblems,
  KAFKA_SETTINGS,
  kafkaProblems,
  listOf,
  logLevel,
  metricsPort,
  port,
  quarantineIndex,
  quarantineTopic,
  SERVING_TLS_SETTINGS,
  type SettingsOf,
  servingTlsProblems,
  setting,
  stopDeadlineMs,
} from '@auditbox/service-kit';
import { Type } from '@sinclair/typebox';

const MIB = 1024 * 1024;

export const INDEXER_SETTINGS = {
  binding,
  port: port(3004),
  ...SERVING_TLS_SETTINGS,
  metricsPort: metricsPort(9304),
  ...KAFKA_SETTINGS,
  eventsTopic,
  quarantineTopic,
  allowWeakTopic,
  groupId: setting(
    'AUDITBOX_INDEXER_GROUP',
    Type.String({
      default: 'auditbox-indexer',
      pattern: '^[a-zA-Z0-9._-]{1,249}$',
      description: 'Kafka consumer group: replicas with the same group share the work.',
    }),
  ),
  ...ELASTIC_SETTINGS,
  indexPrefix,
  quarantineIndex,
  indexShards: setting(
    'AUDITBOX_INDEX_SHARDS',
    Type.Integer({
      default: 1,
      minimum: 1,
      maximum: 1024,
      description: 'Primary shards of a new monthly index.',
    }),
  ),
  indexReplicas: setting(
    'AUDITBOX_INDEX_REPLICAS',
    Type.Integer({
      default: 1,
      minimum: 0,
      maximum: 10,
      description: 'Copies of each shard beside the primary.',
    }),
  ),
  refreshIntervalMs: setting(
    'AUDITBOX_INDEX_REFRESH_MS',
    Type.Integer({
      default: 1000,
      minimum: 100,
      maximum: 600_000,
      description: 'Milliseconds between refreshes: how long a stored event may stay unfound by searches.',
    }),
  ),
  dataRetentionDays,
  bulkEventsMax: setting(
    'AUDITBOX_BULK_EVENTS_MAX',
    Type.Integer({
      default: 1000,
      minimum: 100,
      maximum: 10_000,
      description: 'Events in one bulk request.',
    }),
  ),
  bulkBytesMax: setting(
    'AUDITBOX_BULK_BYTES_MAX',
    Type.Integer({
      default: 8 * MIB,
      minimum: MIB,
      maximum: 64 * MIB,
      description: 'Bytes of one bulk request; a single larger event still goes, alone.',
    }),
  ),
  bulkAgeMs: setting(
    'AUDITBOX_BULK_AGE_MS',
    Type.Integer({
      default: 20,
      minimum: 0,
      maximum: 10_000,
      description: 'Milliseconds that an event waits for others before its bulk request begins.',
    }),
  ),
  bulksInFlight: setting(
    'AUDITBOX_BULKS_IN_FLIGHT',
    Type.Integer({
      default: 4,
      minimum: 1,
      maximum: 64,
      description: 'Bulk requests of a replica on their way at the same time.',
    }),
  ),
  partitionsConcurrently: setting(
    'AUDITBOX_INDEXER_CONCURRENCY',
    Type.Integer({
      default: 4,
      minimum: 1,
      maximum: 64,
      description: 'Partitions worked on at the same time.',
    }),
  ),
  rebuildEventsPerSecondMax: setting(
    'AUDITBOX_REBUILD_EVENTS_PER_SECOND_MAX',
    Type.Integer({
      default: 10_000,
      minimum: 1,
      maximum: 1_000_000,
      description:
        'Stored events that a rebuild copies in a second, after an upgrade that needs one; fewer leave more of Elasticsearch to what else goes on.',
    }),
  ),
  apiAuthEnabled: AUTH_SETTINGS.apiAuthEnabled,
  baseUrl,
  selfAudit,
  selfAuditDeadlineMs,
  acknowledgedDataLoss: setting(
    'AUDITBOX_ACKNOWLEDGE_DATA_LOSS',
    listOf(
      Type.String({
        pattern: '^[a-zA-Z0-9._-]{1,249}/\\d{1,9}@\\d{1,19}$',
        examples: 'auditbox.events/3@1200',
      }),
      {
        default: [],
        description:
          'Losses that an operator has looked at, `topic/partition@offset` as the ERROR says them: those partitions go on at the start of the log.',
      },
    ),
  ),
  logLevel,
  stopDeadlineMs,
} as const;

export type IndexerConfig = SettingsOf<typeof INDEXER_SETTINGS>;

export function readConfig(environment: Environment): DecodedSettings<typeof INDEXER_SETTINGS> {
  return checkSettings(
    decodeSettings(INDEXER_SETTINGS, environment),
    servingTlsProblems,
    kafkaProblems,
    elasticProblems,
    indexProblems,
  );
}
