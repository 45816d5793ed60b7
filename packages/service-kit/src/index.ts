export { apiKeysFile } from './auth/api-key-settings.ts';
export { type ApiKeys, ApiKeysError, openApiKeys } from './auth/api-keys.ts';
export { API_KEY_ISSUER, type Caller, type Permission, senderOf } from './auth/caller.ts';
export {
  allowWeakTopic,
  apiAuthEnabled,
  authorizeEndpoint,
  baseUrl,
  binding,
  decodeApiSettings,
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
