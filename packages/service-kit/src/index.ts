export {
  allowWeakTopic,
  apiAuthEnabled,
  baseUrl,
  binding,
  decodeApiSettings,
  elasticUri,
  eventsTopic,
  indexPrefix,
  kafkaBrokers,
  logLevel,
  port,
  quarantineIndex,
  quarantineTopic,
  stopDeadlineMs,
  withIndicesApart,
} from './common-settings.ts';
export { checkHealth, READY, type Readiness, type ReadinessChecks } from './health.ts';
export { type App, type AppEnv, createApp } from './http/app.ts';
export { FHIR_JSON, fhirResponse, outcomeResponse } from './http/fhir-response.ts';
export { type Listening, listen } from './http/listen.ts';
export { EXIT_CONFIG, exitForSettings, type StopRequest, stopRequest } from './lifecycle.ts';
export { createLogger, type DescribedError, describeError, type Logger, type LogLevel } from './logger.ts';
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
