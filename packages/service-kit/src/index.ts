export { AUTH_SETTINGS, type AuthSettings, authProblems } from './auth/auth-settings.ts';
export type { Refused, RoutePermissions } from './auth/authentication.ts';
export { type Caller, OWN_ISSUER, operatorOf, type Permission, senderOf } from './auth/caller.ts';
export {
  type Authentication,
  type AuthenticationOptions,
  openAuthentication,
} from './auth/open-authentication.ts';
export { beyondAnyScope } from './auth/refusal.ts';
export { LEAST_SCOPE, permissionsOf } from './auth/scopes.ts';
export { clientTlsProblems, isCertificateFault } from './client-tls.ts';
export {
  authorizeEndpoint,
  baseUrl,
  binding,
  dataRetentionDays,
  drainMs,
  drainProblems,
  logLevel,
  metricsPort,
  port,
  proxies,
  requestsMax,
  stopDeadlineMs,
  tokenEndpoint,
} from './common-settings.ts';
export { observeElastic } from './elastic-requests.ts';
export {
  ELASTIC_SETTINGS,
  type ElasticClientOptions,
  elasticClientOptions,
  elasticProblems,
  indexPrefix,
  indexProblems,
  quarantineIndex,
  warnOfOpenElasticCredentials,
} from './elastic-settings.ts';
export {
  checkHealth,
  openHealth,
  READY,
  type Readiness,
  type ReadinessChecks,
  shared,
  withinDeadline,
} from './health.ts';
export { type AdmissionLimits, busyRefusal, openAdmission, publicRoom } from './http/admission.ts';
export { type App, type AppEnv, createApp } from './http/app.ts';
export {
  type ApplicationError,
  type ApplicationErrorStatus,
  applicationError,
  applicationErrorResponse,
  applicationErrors,
} from './http/application-errors.ts';
export {
  basePathOf,
  FORWARDED_HEADERS,
  forwardedHeaders,
  pathBelowBase,
  plainBaseUrl,
} from './http/base-url.ts';
export { boundedBytes } from './http/bounded-bytes.ts';
export { forwardedFor } from './http/client-address.ts';
export { notModified, type Validators, validatorHeaders } from './http/conditional.ts';
export { corsOrigins } from './http/cors-settings.ts';
export { FHIR_JSON, fhirResponse, outcomeResponse } from './http/fhir-response.ts';
export { incomingOf, type Listening, listen } from './http/listen.ts';
export { type ListeningMetrics, listenMetrics } from './http/listen-metrics.ts';
export {
  acceptsJson,
  isJsonContentType,
  type Prefer,
  preferOf,
  prettyOf,
  refuseFormat,
} from './http/negotiate.ts';
export { routeKey } from './http/route-template.ts';
export { SERVING_TLS_SETTINGS, serverIdentity, servingTlsProblems } from './http/serving-tls-settings.ts';
export {
  allowWeakTopic,
  eventsTopic,
  KAFKA_SETTINGS,
  kafkaConnection,
  kafkaProblems,
  quarantineTopic,
  warnOfOpenKafkaPassword,
} from './kafka-settings.ts';
export { EXIT_CONFIG, endOnUncaught, exitForSettings, type StopRequest, stopRequest } from './lifecycle.ts';
export { createLogger, type DescribedError, describeError, type Logger, type LogLevel } from './logger.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export {
  ORGANISATION_SETTINGS,
  type OrganisationSettings,
  openOrganisations,
  organisationProblems,
} from './organisations/organisation-settings.ts';
export type { Bound, OrganisationSet, Organisations } from './organisations/organisations.ts';
export { pemSetting } from './pem.ts';
export {
  checkSettings,
  type DecodedSettings,
  decodeSettings,
  type Environment,
  listOf,
  namedTexts,
  type SettingsOf,
  type SettingsTable,
  setting,
  settingsMarkdown,
} from './settings.ts';
export { carryContexts } from './tracing/context-manager.ts';
export { activeTraceHeaders, failed, inSpan, withoutInstrumentation } from './tracing/spans.ts';
export { spanContextOf } from './tracing/trace-context.ts';
