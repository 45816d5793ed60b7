export { AUTH_SETTINGS, type AuthSettings, withAuthDecided } from './auth/auth-settings.ts';
export type { Refused, RoutePermissions } from './auth/authentication.ts';
export { API_KEY_ISSUER, type Caller, type Permission, senderOf } from './auth/caller.ts';
export {
  type Authentication,
  type AuthenticationOptions,
  openAuthentication,
} from './auth/open-authentication.ts';
export { permissionsOf } from './auth/scopes.ts';
export {
  allowWeakTopic,
  authorizeEndpoint,
  baseUrl,
  binding,
  elasticUri,
  eventsTopic,
  indexPrefix,
  kafkaBrokers,
  logLevel,
  metricsPort,
  port,
  proxies,
  quarantineIndex,
  quarantineTopic,
  requestsMax,
  stopDeadlineMs,
  tokenEndpoint,
  withIndicesApart,
} from './common-settings.ts';
export { checkHealth, READY, type Readiness, type ReadinessChecks, withinDeadline } from './health.ts';
export { type AdmissionLimits, busyRefusal, openAdmission } from './http/admission.ts';
export { type App, type AppEnv, createApp } from './http/app.ts';
export {
  basePathOf,
  FORWARDED_HEADERS,
  forwardedHeaders,
  pathBelowBase,
  plainBaseUrl,
} from './http/base-url.ts';
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
export { authorityProblems, identityProblems, type NamedPem, pemText } from './http/pem.ts';
export { routeTemplate } from './http/route-template.ts';
export { serverIdentity, TLS_SETTINGS, withTls } from './http/tls-settings.ts';
export { EXIT_CONFIG, exitForSettings, type StopRequest, stopRequest } from './lifecycle.ts';
export { createLogger, type DescribedError, describeError, type Logger, type LogLevel } from './logger.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export {
  type DecodedSettings,
  decodeSettings,
  type Environment,
  listOf,
  type SettingsOf,
  type SettingsTable,
  setting,
  settingsMarkdown,
} from './settings.ts';
