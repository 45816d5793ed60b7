/** The settings of the gateway, read once. */
import { selfAudit, selfAuditDeadlineMs, selfAuditRefusalsPerMinute } from '@auditbox/self-audit';
import {
  AUTH_SETTINGS,
  allowWeakTopic,
  authProblems,
  baseUrl,
  binding,
  checkSettings,
  corsOrigins,
  type DecodedSettings,
  dataRetentionDays,
  decodeSettings,
  drainMs,
  drainProblems,
  type Environment,
  eventsTopic,
  KAFKA_SETTINGS,
  kafkaProblems,
  listOf,
  logLevel,
  metricsPort,
  ORGANISATION_SETTINGS,
  organisationProblems,
  port,
  proxies,
  quarantineTopic,
  requestsMax,
  SERVING_TLS_SETTINGS,
  type SettingsOf,
  servingTlsProblems,
  setting,
  stopDeadlineMs,
} from '@auditbox/service-kit';
import { Type } from '@sinclair/typebox';
import { geoDatabaseProblem } from './enrich/geo-database.ts';
import { QUERY_TLS_SETTINGS, queryTlsProblems } from './query-tls-settings.ts';

const MIB = 1024 * 1024;

/** Characters of a path: Linux takes no more. */
const PATH_CHARS_MAX = 4096;

/** Databases of places: one for each kind of address, and one of a site's own before each. */
const GEO_DATABASES_MAX = 4;

export const GATEWAY_SETTINGS = {
  binding,
  port: port(3002),
  ...SERVING_TLS_SETTINGS,
  metricsPort: metricsPort(9302),
  baseUrl,
  proxies,
  corsOrigins,
  queryUrl: setting(
    'AUDITBOX_QUERY_URL',
    Type.String({
      default: 'http://localhost:3003',
      pattern: '^https?://[^\\s?#]+$',
      examples: 'http://query:3003',
      description: 'Where query is: the gateway passes on to it what it does not serve itself.',
    }),
  ),
  ...QUERY_TLS_SETTINGS,
  ...KAFKA_SETTINGS,
  eventsTopic,
  quarantineTopic,
  allowWeakTopic,
  onInvalid: setting(
    'AUDITBOX_ON_INVALID',
    Type.Union([Type.Literal('reject'), Type.Literal('quarantine')], {
      default: 'reject',
      description:
        'What happens to what is not valid: `reject` answers 400 and stores nothing; `quarantine` keeps it in the quarantine topic and answers 201, for senders that would send it again for ever.',
    }),
  ),
  dataRetentionDays,
  idKey: setting(
    'AUDITBOX_ID_KEY',
    Type.String({
      default: '',
      description:
        'Secret that keys derived ids, so that nobody outside can compute the id of an event. The same on every gateway, for ever: with another key a resend is stored again.',
    }),
  ),
  bodyBytesMax: setting(
    'AUDITBOX_BODY_BYTES_MAX',
    Type.Integer({
      default: 16 * MIB,
      minimum: 1024,
      maximum: 256 * MIB,
      description: 'Bytes of a request body, as it arrives and inflated. More is answered 413.',
    }),
  ),
  bodyDeadlineMs: setting(
    'AUDITBOX_BODY_DEADLINE_MS',
    Type.Integer({
      default: 30_000,
      minimum: 100,
      maximum: 600_000,
      description: 'Milliseconds in which a whole body has to arrive. A slower one is answered 408.',
    }),
  ),
  requestsMax: requestsMax(1000),
  bufferedBytesMax: setting(
    'AUDITBOX_BUFFERED_BYTES_MAX',
    Type.Integer({
      default: 256 * MIB,
      minimum: MIB,
      maximum: 16_384 * MIB,
      description:
        'Bytes of bodies in hand at once, arrived and inflated, until they are answered; more are answered 503 with Retry-After.',
    }),
  ),
  jsonDepthMax: setting(
    'AUDITBOX_JSON_DEPTH_MAX',
    Type.Integer({
      default: 64,
      minimum: 8,
      maximum: 256,
      description: 'Levels of JSON of an event; a Bundle has three more around it.',
    }),
  ),
  bundleEntriesMax: setting(
    'AUDITBOX_BUNDLE_ENTRIES_MAX',
    Type.Integer({ default: 10_000, minimum: 1, maximum: 100_000, description: 'Entries of a Bundle.' }),
  ),
  eventBytesMax: setting(
    'AUDITBOX_EVENT_BYTES_MAX',
    Type.Integer({
      default: 4 * MIB,
      minimum: 1024,
      maximum: 16 * MIB,
      description:
        'Bytes of one event. A document is up to 14 times its event, and Elasticsearch takes 100 MB in a request.',
    }),
  ),
  queueBytesMax: setting(
    'AUDITBOX_QUEUE_BYTES_MAX',
    Type.Integer({
      default: 64 * MIB,
      minimum: MIB,
      maximum: 4096 * MIB,
      description:
        'Bytes that may wait for Kafka, never less than the largest request that the topic takes; more is answered 503 with Retry-After, before the body is read where its length is declared.',
    }),
  ),
  publishDeadlineMs: setting(
    'AUDITBOX_PUBLISH_DEADLINE_MS',
    Type.Integer({
      default: 30_000,
      minimum: 100,
      maximum: 600_000,
      description: 'Milliseconds after which an event that Kafka has not acknowledged is answered 503.',
    }),
  ),
  geoDatabases: setting(
    'AUDITBOX_GEO_DATABASE',
    listOf(Type.String({ maxLength: PATH_CHARS_MAX, examples: '/var/lib/auditbox/city.mmdb' }), {
      default: [],
      description:
        'Paths of databases of places by IP address in the format of MaxMind (`.mmdb`), separated by commas where IPv4 and IPv6 are apart: events of `POST /api/events` get city, region and coordinates of their `client_ip`. They are read at start and held in memory; nobody is asked. `npm run geo` fetches a free one.',
    }),
  ),
  ...ORGANISATION_SETTINGS,
  unknownOrganisations: setting(
    'AUDITBOX_UNKNOWN_ORGANISATIONS',
    Type.Union([Type.Literal('accept'), Type.Literal('refuse')], {
      default: 'accept',
      description:
        'What becomes of events of `POST /api/events` whose `org_id` is not in `AUDITBOX_ORGANISATIONS`.',
    }),
  ),
  ...AUTH_SETTINGS,
  selfAudit,
  selfAuditDeadlineMs,
  selfAuditRefusalsPerMinute,
  logLevel,
  drainMs,
  stopDeadlineMs,
} as const;

export type GatewayConfig = SettingsOf<typeof GATEWAY_SETTINGS>;

export function readConfig(environment: Environment): DecodedSettings<typeof GATEWAY_SETTINGS> {
  return checkSettings(
    decodeSettings(GATEWAY_SETTINGS, environment),
    authProblems,
    servingTlsProblems,
    drainProblems,
    queryTlsProblems,
    kafkaProblems,
    roomProblems,
    geoProblems,
    organisationProblems,
    unknownOrganisationProblems,
  );
}

/** A body at its bound is held as it arrived and inflated: with less room it would be answered 503 for ever. */
function roomProblems({ bodyBytesMax, bufferedBytesMax }: GatewayConfig): string[] {
  if (bufferedBytesMax >= 2 * bodyBytesMax) return [];
  const [bound, room] = [GATEWAY_SETTINGS.bodyBytesMax.name, GATEWAY_SETTINGS.bufferedBytesMax.name];
  return [`${room} is less than twice ${bound}: a body at its bound would never fit.`];
}

function geoProblems({ geoDatabases }: GatewayConfig): string[] {
  const { name } = GATEWAY_SETTINGS.geoDatabases;
  if (geoDatabases.length > GEO_DATABASES_MAX) return [`${name} names more than ${GEO_DATABASES_MAX} files.`];
  const problems = new Set(geoDatabases.flatMap((path) => geoDatabaseProblem(path) ?? []));
  return [...problems].map((problem) => `${name} ${problem}.`);
}

function unknownOrganisationProblems({ unknownOrganisations, organisations }: GatewayConfig): string[] {
  if (unknownOrganisations === 'accept' || organisations !== '') return [];
  const [unknown, list] = [GATEWAY_SETTINGS.unknownOrganisations.name, GATEWAY_SETTINGS.organisations.name];
  return [`${unknown} is refuse, but ${list} is not set: every event would be refused.`];
}
