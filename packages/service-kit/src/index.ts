export { API_KEY_ISSUER, type Caller, type Permission, senderOf } from './auth/caller.ts';
export {
  apiAuthEnabled,
  authorizeEndpoint,
  baseUrl,
  binding,
  decodeApiSettings,
  logLevel,
  metricsPort,
  port,
  proxies,
  requestsMax,
  stopDeadlineMs,
  tokenEndpoint,
} from './common-settings.ts';
export {
  ELASTIC_SETTINGS,
  type ElasticClientOptions,
  elasticClientOptions,
  elasticProblems,
  indexPrefix,
  quarantineIndex,
  warnOfOpenElasticCredentials,
  withIndicesApart,
} from './elastic-settings.ts';
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
export {
  allowWeakTopic,
  eventsTopic,
  KAFKA_SETTINGS,
  kafkaConnection,
  kafkaProblems,
  quarantineTopic,
  warnOfOpenKafkaPassword,
} from './kafka-settings.ts';
export { EXIT_CONFIG, exitForSettings, type StopRequest, stopRequest } from './lifecycle.ts';
export { createLogger, type DescribedError, describeError, type Logger, type LogLevel } from './logger.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export {
  checkSettings,
  type DecodedSettings,
  decodeSettings,
  type Environment,
  listOf,
  type SettingsOf,
  type SettingsTable,
  setting,
  settingsMarkdown,
} from './settings.ts';
export { isCertificateFault } from './tls-settings.ts';
