/** The settings of query, read once. */
import { RESTRICTING_CODES } from '@auditbox/fhir-core';
import { selfAudit, selfAuditDeadlineMs, selfAuditRefusalsPerMinute } from '@auditbox/self-audit';
import {
  AUTH_SETTINGS,
  allowWeakTopic,
  authorizeEndpoint,
  authProblems,
  baseUrl,
  binding,
  checkSettings,
  corsOrigins,
  type DecodedSettings,
  decodeSettings,
  drainMs,
  drainProblems,
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
  ORGANISATION_SETTINGS,
  organisationProblems,
  port,
  proxies,
  quarantineIndex,
  requestsMax,
  SERVING_TLS_SETTINGS,
  type SettingsOf,
  servingTlsProblems,
  setting,
  stopDeadlineMs,
  tokenEndpoint,
} from '@auditbox/service-kit';
import { Type } from '@sinclair/typebox';
import { RESTRICTION_RULE, type RulesProblem, restrictionRules } from './domain/restriction.ts';

/** Characters of a rule: a parameter, and a claim that has a URL for its name. */
const RESTRICTION_RULE_CHARS_MAX = 500;

export const QUERY_SETTINGS = {
  binding,
  port: port(3003),
  ...SERVING_TLS_SETTINGS,
  metricsPort: metricsPort(9303),
  baseUrl,
  proxies,
  corsOrigins,
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
  ...KAFKA_SETTINGS,
  eventsTopic,
  allowWeakTopic,
  ...AUTH_SETTINGS,
  selfAudit,
  selfAuditDeadlineMs,
  selfAuditRefusalsPerMinute,
  restrictBy: setting(
    'AUDITBOX_RESTRICT_BY',
    listOf(
      Type.String({
        pattern: RESTRICTION_RULE,
        maxLength: RESTRICTION_RULE_CHARS_MAX,
        examples: 'site=/site',
      }),
      {
        default: [],
        description:
          'What restricts who may see what, `parameter=/claim` separated by commas: a reader sees only events that have for the search parameter one of the values at this JSON Pointer (RFC 6901) into the claims of its token.',
      },
    ),
  ),
  restrictWithoutClaim: setting(
    'AUDITBOX_RESTRICT_WITHOUT_CLAIM',
    Type.Union([Type.Literal('refuse'), Type.Literal('allow')], {
      default: 'refuse',
      description:
        'A reader whose token lacks a claim of `AUDITBOX_RESTRICT_BY` sees nothing (`refuse`) or is not restricted by it (`allow`).',
    }),
  ),
  ...ORGANISATION_SETTINGS,
  authorizeEndpoint,
  tokenEndpoint,
  logLevel,
  drainMs,
  stopDeadlineMs,
} as const;

export type QueryConfig = SettingsOf<typeof QUERY_SETTINGS>;

export function readConfig(environment: Environment): DecodedSettings<typeof QUERY_SETTINGS> {
  return checkSettings(
    decodeSettings(QUERY_SETTINGS, environment),
    authProblems,
    restrictionProblems,
    organisationProblems,
    // Elsewhere an empty setting is one that is not set; here it would open what was to be closed.
    () =>
      environment[RESTRICT_BY] === '' ? [`${RESTRICT_BY} is set and empty: nobody would be restricted.`] : [],
    servingTlsProblems,
    drainProblems,
    kafkaProblems,
    elasticProblems,
    indexProblems,
  );
}

const RESTRICT_BY = QUERY_SETTINGS.restrictBy.name;

const RULES_PROBLEMS: Readonly<Record<RulesProblem, string>> = {
  'unfit-parameter': `names what can not restrict: it takes ${RESTRICTING_CODES.join(', ')}`,
  'parameter-twice': 'has a parameter twice: the values of one are alternatives, in one claim',
};

function restrictionProblems({ restrictBy, apiAuthEnabled }: QueryConfig): string[] {
  const auth = QUERY_SETTINGS.apiAuthEnabled.name;
  const rules = restrictionRules(restrictBy);
  const problems = typeof rules === 'string' ? [`${RESTRICT_BY} ${RULES_PROBLEMS[rules]}.`] : [];
  if (restrictBy.length > 0 && !apiAuthEnabled)
    problems.push(`${RESTRICT_BY} is set, but ${auth} is false: nobody would be restricted.`);
  return problems;
}
