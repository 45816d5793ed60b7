/** The gateway, built by hand: HTTP at one end, the event log at the other. */
import { createHmac, hash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import {
  EVENTS_TOPIC,
  ensureTopic,
  type LogWriter,
  openLogWriter,
  QUARANTINE_TOPIC,
  type TopicContract,
} from '@auditbox/event-log';
import { audited, auditRefusals, openTrail, trailSettings } from '@auditbox/self-audit';
import {
  applicationErrors,
  type Bound,
  type Caller,
  carryContexts,
  createApp,
  createMetrics,
  kafkaConnection,
  type Listening,
  type ListeningMetrics,
  type Logger,
  listen,
  listenMetrics,
  openAdmission,
  openAuthentication,
  openHealth,
  operatorOf,
  plainBaseUrl,
  publicRoom,
  READY,
  type Readiness,
  senderOf,
  serverIdentity,
  warnOfOpenKafkaPassword,
} from '@auditbox/service-kit';
import manifest from '../package.json' with { type: 'json' };
import type { GatewayConfig } from './config.ts';
import type { DecideDependencies } from './domain/decide.ts';
import { openEnrichment } from './enrich/enrichment.ts';
import { reportTopic } from './events.ts';
import { type CreateDependencies, createRoutes } from './http/create.ts';
import { frontDoorRoutes, healthcheckRoute, publicRoutes, queryHealth } from './http/front-door.ts';
import { openApiRoute } from './http/openapi.ts';
import { GATEWAY_INTERACTIONS, GATEWAY_PERMISSIONS } from './http/permissions.ts';
import { openQueryClient } from './http/query-client.ts';
import { releaseRoutes } from './http/release.ts';
import { sendEventsRoutes } from './http/send-events.ts';
import { publishTo } from './log/publish-to.ts';
import { publishMetrics, type WrittenLog } from './metrics.ts';
import { randomPool } from './random-pool.ts';

/** Two for each event: in one call, and as text, which costs half of a hash that is made, fed and asked. */
const sha256 = (data: string | Uint8Array): string => hash('sha256', data, 'hex');

/** Who sends while authentication is off. */
const ANONYMOUS = 'anonymous';

/** Milliseconds, beyond what a request may be waited for, after which nothing has moved for too long. */
const STALL_MS = 60_000;

/** Milliseconds that headers may take before the deadline of the body begins, so that its own answer comes first. */
const HEADERS_MS = 20_000;

export type Gateway = Listening & Pick<ListeningMetrics, 'metricsPort'>;

/**
 * Starts the gateway. On dispose it is not ready any more, drains, takes no new requests, answers those in flight, flushes what was accepted
 * to Kafka, then lets Kafka go. Rejects where Kafka is away, the topic is weaker than its contract, or the port
 * is taken.
 */
export async function startGateway(config: GatewayConfig, logger: Logger): Promise<Gateway> {
  await using building = new AsyncDisposableStack();
  carryContexts();
  const health = openHealth();
  const metrics = createMetrics('gateway');
  const { published, sent } = publishMetrics(metrics);
  const { metricsPort } = building.use(await listenMetrics(metrics, health, config));
  warnOfOpenKafkaPassword(logger, config);
  const kafka = kafkaConnection(config, 'auditbox-gateway');
  const open = async (log: WrittenLog, contract: TopicContract): Promise<LogWriter> => {
    const { name } = contract;
    reportTopic(logger, name, await ensureTopic(kafka, contract, { allowWeak: config.allowWeakTopic }));
    const limits = { deadlineMs: config.publishDeadlineMs, queueBytesMax: config.queueBytesMax };
    const onSend = sent.bind(undefined, log);
    return building.use(await openLogWriter(kafka, { topic: name, logger, limits, onSend }));
  };
  const events = await open('events', { ...EVENTS_TOPIC, name: config.eventsTopic });
  const quarantine = await open('quarantine', { ...QUARANTINE_TOPIC, name: config.quarantineTopic });

  const baseUrl = plainBaseUrl(config.baseUrl);
  const queryUrl = plainBaseUrl(config.queryUrl);
  const { fetch: fetchQuery } = building.use(openQueryClient(config));
  const kafkaReadiness = (): Readiness => {
    const health = events.health();
    return health.ready ? READY : health;
  };
  const decide: DecideDependencies = {
    randomBytes: randomPool(),
    sha256,
    keyedDigest: (text) =>
      config.idKey === ''
        ? hash('sha256', text, 'buffer')
        : createHmac('sha256', config.idKey).update(text).digest(),
    bundleEntriesMax: config.bundleEntriesMax,
    eventBytesMax: config.eventBytesMax,
    retention: config.dataRetentionDays,
  };

  const trail = building.use(
    await openTrail({
      ...trailSettings(config),
      service: 'gateway',
      version: manifest.version,
      kafka,
      logger,
      metrics,
    }),
  );
  const authentication = building.use(
    await openAuthentication(config, { logger, metrics, onRefused: auditRefusals(trail) }),
  );
  const { enrich, organisations } = openEnrichment(config, metrics);
  // As for reading: nobody is known while authentication is off, and whoever may see everything is not bound.
  const boundTo = (caller: Caller | undefined): Bound =>
    caller === undefined || caller.permissions.has('unrestricted')
      ? 'unbound'
      : organisations.boundTo(caller.claims);
  const admission = openAdmission(config);
  const checks = { kafka: kafkaReadiness, ...authentication.checks };
  const { proxies, corsOrigins } = config;
  const app = createApp({ logger, metrics, checks, health, baseUrl, proxies, corsOrigins });
  app.route('/', healthcheckRoute({ ...checks, query: () => queryHealth(queryUrl, fetchQuery) }));
  const room = publicRoom();
  app.use('/metadata', room).use('/SearchParameter/*', room);
  app.route('/', publicRoutes({ queryUrl, baseUrl, fetchQuery }));
  app.use('/api/*', applicationErrors).use('/api/openapi.json', room);
  const described = { baseUrl, version: manifest.version, tokens: config.apiAuthEnabled };
  app.route('/', openApiRoute({ ...described, eventsMax: config.bundleEntriesMax }, new Date()));
  // Before there is room for them: who is refused takes none from who is not.
  app.use(authentication.authenticate, authentication.authorize(GATEWAY_PERMISSIONS));
  app.use(admission.middleware);
  app.use(audited(trail, { interactions: GATEWAY_INTERACTIONS, baseUrl }));
  const create: CreateDependencies = {
    decide,
    now: () => new Date(),
    publishEvents: publishTo(events, config.eventsTopic, published.bind(undefined, 'events')),
    publishQuarantine: publishTo(quarantine, config.quarantineTopic, published.bind(undefined, 'quarantine')),
    senderOf: (caller) => (caller === undefined ? ANONYMOUS : senderOf(caller)),
    onInvalid: config.onInvalid,
    bodyLimits: { bytesMax: config.bodyBytesMax, deadlineMs: config.bodyDeadlineMs },
    busyFor: (bytes) => events.busyFor(bytes),
    holdFor: admission.holdFor,
    isBound: (caller) => boundTo(caller) !== 'unbound',
    jsonDepthMax: config.jsonDepthMax,
  };
  app.route('/', createRoutes(create));
  app.route('/', sendEventsRoutes({ ...create, enrich, boundTo, isAccepted: organisations.isAccepted }));
  const operator = (caller: Caller | undefined) => (caller === undefined ? ANONYMOUS : operatorOf(caller));
  app.route('/', releaseRoutes({ ...create, queryUrl, fetchQuery, operatorOf: operator }));
  app.route('/', frontDoorRoutes({ queryUrl, baseUrl, fetchQuery }));

  const listening = building.use(
    await listen(app.fetch, {
      hostname: config.binding,
      port: config.port,
      tls: serverIdentity(config),
      requestTimeoutMs: config.bodyDeadlineMs + HEADERS_MS,
      stallTimeoutMs: Math.max(config.bodyDeadlineMs, config.publishDeadlineMs) + STALL_MS,
    }),
  );
  health.started(checks);
  const built = building.move();
  const stop = async (): Promise<void> => {
    health.stopping();
    await wait(config.drainMs);
    await built.disposeAsync();
  };
  return { port: listening.port, metricsPort, [Symbol.asyncDispose]: stop };
}
