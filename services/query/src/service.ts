/** query, built by hand: Elasticsearch at one end, HTTP at the other. */
import { setTimeout as wait } from 'node:timers/promises';
import { referenceBase } from '@auditbox/fhir-core';
import { audited, auditRefusals, openTrail, trailSettings } from '@auditbox/self-audit';
import {
  applicationErrors,
  carryContexts,
  createApp,
  createMetrics,
  elasticClientOptions,
  kafkaConnection,
  type Listening,
  type ListeningMetrics,
  type Logger,
  listen,
  listenMetrics,
  observeElastic,
  openAdmission,
  openAuthentication,
  openHealth,
  openOrganisations,
  plainBaseUrl,
  publicRoom,
  serverIdentity,
  warnOfOpenElasticCredentials,
  warnOfOpenKafkaPassword,
  withinDeadline,
} from '@auditbox/service-kit';
import manifest from '../package.json' with { type: 'json' };
import type { QueryConfig } from './config.ts';
import { organisationCriterion, REFUSED, restrictionBy, restrictionRules } from './domain/restriction.ts';
import { connectElastic, elasticReadiness } from './elastic/client.ts';
import { projectionGuard } from './elastic/projection.ts';
import { quarantinePorts } from './elastic/quarantine.ts';
import { readEvent } from './elastic/read-event.ts';
import { searchEvents } from './elastic/search-events.ts';
import { describeRoutes, healthcheckRoute } from './http/describe.ts';
import { eventsRoutes } from './http/events.ts';
import { quarantineRoutes } from './http/quarantine.ts';
import { readRoutes } from './http/read.ts';
import type { RestrictionOf } from './http/restricted.ts';
import { QUERY_INTERACTIONS, QUERY_PERMISSIONS } from './http/routes.ts';
import { searchRoutes } from './http/search.ts';

/** Milliseconds for the question whether Elasticsearch is there; the client gives up a little before. */
const READINESS_DEADLINE_MS = 2500;

/** Bytes of events in pages that are made or not taken yet; in memory a page is about three times that. */
const PAGES_BYTES_MAX = 256 * 1024 * 1024;

export type Query = Listening & Pick<ListeningMetrics, 'metricsPort'>;

/**
 * Starts query. On dispose it is not ready any more, drains, takes no new requests, finishes those in flight, then lets Elasticsearch go.
 * Rejects where the port is taken; Elasticsearch being away is no reason not to start, only not to be ready.
 */
export async function startQuery(config: QueryConfig, logger: Logger): Promise<Query> {
  await using building = new AsyncDisposableStack();
  carryContexts();
  const health = openHealth();
  const metrics = createMetrics('query');
  const { metricsPort } = building.use(await listenMetrics(metrics, health, config));
  warnOfOpenKafkaPassword(logger, config);
  warnOfOpenElasticCredentials(logger, config);
  const client = building.adopt(connectElastic(elasticClientOptions(config)), (open) => open.close());
  observeElastic(client.transport, metrics);
  const baseUrl = plainBaseUrl(config.baseUrl);
  const guard = projectionGuard(client, config.indexPrefix);
  const readiness = withinDeadline(READINESS_DEADLINE_MS, (signal) =>
    elasticReadiness(client, guard, signal),
  );
  const bases = [...new Set([baseUrl, ...config.baseAliases].map(referenceBase))];

  const rules = restrictionRules(config.restrictBy);
  if (typeof rules === 'string') throw new Error(`settings with an ${rules}`);
  const organisations = openOrganisations(config);
  const restrictionOf: RestrictionOf = (caller) => {
    // Nobody is known while authentication is off, and only then.
    if (caller === undefined) return config.apiAuthEnabled ? REFUSED : [];
    if (caller.permissions.has('unrestricted')) return [];
    const byRules = restrictionBy(rules, config.restrictWithoutClaim, caller.claims);
    const bound = organisations.boundTo(caller.claims);
    if (byRules === REFUSED || bound === 'refused') return REFUSED;
    return bound === 'unbound' ? byRules : [...byRules, organisationCriterion(bound.folded)];
  };

  const limits = { indexPrefix: config.indexPrefix, timeoutMs: config.searchTimeoutMs };

  const settings = trailSettings(config);
  const trail = building.use(
    await openTrail({
      ...settings,
      service: 'query',
      version: manifest.version,
      kafka: kafkaConnection(config, 'auditbox-query'),
      logger,
      metrics,
    }),
  );
  const authentication = building.use(
    await openAuthentication(config, { logger, metrics, onRefused: auditRefusals(trail) }),
  );
  const checks = {
    elasticsearch: readiness,
    ...(settings.mode === 'required' && { trail: trail.readiness }),
    ...authentication.checks,
  };
  const { proxies, corsOrigins } = config;
  const app = createApp({ logger, metrics, checks, health, baseUrl, proxies, corsOrigins });
  app.route('/', healthcheckRoute(readiness));
  const room = publicRoom();
  app.use('/metadata', room).use('/SearchParameter/*', room);
  app.route(
    '/',
    describeRoutes({
      baseUrl,
      tokens: {
        required: config.apiAuthEnabled,
        authorizeEndpoint: config.authorizeEndpoint,
        tokenEndpoint: config.tokenEndpoint,
      },
      cors: config.corsOrigins.length > 0,
    }),
  );
  const admission = openAdmission({ requestsMax: config.requestsMax, bufferedBytesMax: PAGES_BYTES_MAX });
  app.use('/api/*', applicationErrors);
  // Before there is room for them: who is refused takes none from who is not.
  app.use(authentication.authenticate, authentication.authorize(QUERY_PERMISSIONS));
  app.use(admission.middleware);
  app.use(audited(trail, { interactions: QUERY_INTERACTIONS, baseUrl }));
  const events = {
    now: Date.now,
    search: searchEvents(client, { ...limits, bases }),
    read: readEvent(client, { ...limits, bases }),
    restrictionOf,
    holdFor: admission.holdFor,
  };
  app.route('/', searchRoutes(events)).route('/', readRoutes(events)).route('/', eventsRoutes(events));
  app.route(
    '/',
    quarantineRoutes({
      now: Date.now,
      quarantine: quarantinePorts(client, {
        index: config.quarantineIndex,
        timeoutMs: config.searchTimeoutMs,
      }),
      restrictionOf,
    }),
  );

  const listening = building.use(
    await listen(app.fetch, { hostname: config.binding, port: config.port, tls: serverIdentity(config) }),
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
