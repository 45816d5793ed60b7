/** query, built by hand: Elasticsearch at one end, HTTP at the other. */
import { referenceBase } from '@auditbox/fhir-core';
import {
  createApp,
  createMetrics,
  elasticClientOptions,
  type Listening,
  type ListeningMetrics,
  type Logger,
  listen,
  listenMetrics,
  openAdmission,
  plainBaseUrl,
  warnOfOpenElasticCredentials,
  withinDeadline,
} from '@auditbox/service-kit';
import type { QueryConfig } from './config.ts';
import { connectElastic, elasticReadiness } from './elastic/client.ts';
import { quarantinePorts } from './elastic/quarantine.ts';
import { readEvent } from './elastic/read-event.ts';
import { searchEvents } from './elastic/search-events.ts';
import { describeRoutes } from './http/describe.ts';
import { quarantineRoutes } from './http/quarantine.ts';
import { readRoutes } from './http/read.ts';
import { searchRoutes } from './http/search.ts';

/** Milliseconds for the question whether Elasticsearch is there; the client gives up a little before. */
const READINESS_DEADLINE_MS = 2500;

/** Bytes of events in pages that are made or not taken yet; in memory a page is about three times that. */
const PAGES_BYTES_MAX = 256 * 1024 * 1024;

export type Query = Listening & Pick<ListeningMetrics, 'metricsPort'>;

/**
 * Starts query. On dispose it takes no new requests, finishes those in flight, then lets Elasticsearch go.
 * Rejects where the port is taken; Elasticsearch being away is no reason not to start, only not to be ready.
 */
export async function startQuery(config: QueryConfig, logger: Logger): Promise<Query> {
  await using building = new AsyncDisposableStack();
  const metrics = createMetrics('query');
  const { metricsPort } = building.use(await listenMetrics(metrics, config));
  warnOfOpenElasticCredentials(logger, config);
  const client = building.adopt(connectElastic(elasticClientOptions(config)), (open) => open.close());
  const baseUrl = plainBaseUrl(config.baseUrl);
  const readiness = withinDeadline(READINESS_DEADLINE_MS, (signal) => elasticReadiness(client, signal));
  const bases = [...new Set([baseUrl, ...config.baseAliases].map(referenceBase))];

  const limits = { indexPrefix: config.indexPrefix, timeoutMs: config.searchTimeoutMs };

  const app = createApp({
    logger,
    metrics,
    checks: { elasticsearch: readiness },
    baseUrl,
    proxies: config.proxies,
  });
  app.route(
    '/',
    describeRoutes({
      baseUrl,
      tokens: { authorizeEndpoint: config.authorizeEndpoint, tokenEndpoint: config.tokenEndpoint },
      readiness,
    }),
  );
  // What describes itself needs nothing of it, and has to answer also while it is full.
  const admission = openAdmission({ requestsMax: config.requestsMax, bufferedBytesMax: PAGES_BYTES_MAX });
  app.use(admission.middleware);
  app.route(
    '/',
    searchRoutes({
      now: Date.now,
      search: searchEvents(client, { ...limits, bases }),
      holdFor: admission.holdFor,
    }),
  );
  app.route('/', readRoutes({ read: readEvent(client, limits) }));
  app.route(
    '/',
    quarantineRoutes({
      now: Date.now,
      quarantine: quarantinePorts(client, {
        index: config.quarantineIndex,
        timeoutMs: config.searchTimeoutMs,
      }),
    }),
  );

  const listening = building.use(await listen(app.fetch, { hostname: config.binding, port: config.port }));
  const built = building.move();
  return { port: listening.port, metricsPort, [Symbol.asyncDispose]: () => built.disposeAsync() };
}
