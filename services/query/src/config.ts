/** The settings of query, read once. */
import { selfAudit, selfAuditDeadlineMs, selfAuditRefusalsPerMinute } from '@auditbox/self-audit';
import {
  AUTH_SETTINGS,
  allowWeakTopic,
  authorizeEndpoint,
  baseUrl,
  binding,
  type DecodedSettings,
  decodeSettings,
  type Environment,
  elasticUri,
  eventsTopic,
  indexPrefix,
  kafkaBrokers,
  listOf,
  logLevel,
  metricsPort,
  port,
  proxies,
  quarantineIndex,
  requestsMax,
  type SettingsOf,
  setting,
  stopDeadlineMs,
  tokenEndpoint,
  withAuthDecided,
  withIndicesApart,
} from '@auditbox/service-kit';
import { Type } from '@sinclair/typebox';

export const QUERY_SETTINGS = {
  binding,
  port: port(3003),
  metricsPort: metricsPort(9303),
  baseUrl,
  proxies,
  baseAliases: setting(
    'AUDITBOX_BASE_ALIASES',
    listOf(Type.String({ pattern: '^https?://[^\\s?#]+$', examples: 'http://ehr.example.org/fhir' }), {
      default: [],
      description:
        'Bases that are one system with this one, separated by commas: `[alias]/Patient/1` and `Patient/1` are the same patient.',
    }),
  ),
  elasticUri,
  indexPrefix,
  quarantineIndex,
  requestsMax: requestsMax(200),
  searchTimeoutMs: setting(
    'AUDITBOX_SEARCH_TIMEOUT_MS',
    Type.Integer({
      default: 20_000,
      minimum: 100,
      maximum: 30_000,
      description:
        'Milliseconds that a search or a read may take before it is answered by a 503. The front door waits for 35 s.',
    }),
  ),
  kafkaBrokers,
  eventsTopic,
  allowWeakTopic,
  ...AUTH_SETTINGS,
  selfAudit,
  selfAuditDeadlineMs,
  selfAuditRefusalsPerMinute,
  authorizeEndpoint,
  tokenEndpoint,
  logLevel,
  stopDeadlineMs,
} as const;

export type QueryConfig = SettingsOf<typeof QUERY_SETTINGS>;

export function readConfig(environment: Environment): DecodedSettings<typeof QUERY_SETTINGS> {
  return withIndicesApart(withAuthDecided(decodeSettings(QUERY_SETTINGS, environment)));
}
