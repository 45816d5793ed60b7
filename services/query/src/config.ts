/** The settings of query, read once. */
import {
  apiAuthEnabled,
  authorizeEndpoint,
  baseUrl,
  binding,
  checkSettings,
  type DecodedSettings,
  decodeApiSettings,
  ELASTIC_SETTINGS,
  type Environment,
  elasticProblems,
  indexPrefix,
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
  ...ELASTIC_SETTINGS,
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
  apiAuthEnabled,
  authorizeEndpoint,
  tokenEndpoint,
  logLevel,
  stopDeadlineMs,
} as const;

export type QueryConfig = SettingsOf<typeof QUERY_SETTINGS>;

export function readConfig(environment: Environment): DecodedSettings<typeof QUERY_SETTINGS> {
  const decoded = withIndicesApart(decodeApiSettings(QUERY_SETTINGS, environment));
  return checkSettings(decoded, elasticProblems);
}
