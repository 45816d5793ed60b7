/**
 * The whole pipeline in this process, on topics and indices of its own: the services as `main.ts` starts them,
 * on any free port. What a test needs of Kafka and Elasticsearch comes from `npm test`.
 */
import { randomUUID } from 'node:crypto';
import { startGateway } from '@auditbox/gateway';
import { readConfig as readGatewayConfig } from '@auditbox/gateway/config';
import { startIndexer } from '@auditbox/indexer';
import { readConfig as readIndexerConfig } from '@auditbox/indexer/config';
import { startQuery } from '@auditbox/query';
import { readConfig as readQueryConfig } from '@auditbox/query/config';
import { createLogger, type DecodedSettings, type Logger, type SettingsTable } from '@auditbox/service-kit';

export type Parts = { readonly kafkaBrokers: string; readonly elasticUri: string };

export type Environment = Readonly<Record<string, string>>;

export type Pipeline = AsyncDisposable & {
  /** The base URL of the API, at the gateway. */
  readonly url: string;
  /** The API at query, without the gateway. */
  readonly queryUrl: string;
  /** Where each service's metrics are, by its name. */
  readonly metricsUrls: Readonly<Record<string, string>>;
  /** For services that a test starts beside it. */
  readonly environment: Environment;
};

/** Settings for services on names of their own. */
export function ownEnvironment({ kafkaBrokers, elasticUri }: Parts): Environment {
  const name = `test-${randomUUID().slice(0, 8)}`;
  return {
    PORT: '0',
    AUDITBOX_METRICS_PORT: '0',
    BINDING: '127.0.0.1',
    KAFKA_BROKERS: kafkaBrokers,
    ELASTIC_URI: elasticUri,
    AUDITBOX_EVENTS_TOPIC: `${name}.events`,
    AUDITBOX_QUARANTINE_TOPIC: `${name}.quarantine`,
    AUDITBOX_INDEXER_GROUP: name,
    AUDITBOX_INDEX_PREFIX: name,
    AUDITBOX_QUARANTINE_INDEX: `quarantine-${name}`,
    AUDITBOX_INDEX_REPLICAS: '0',
    AUDITBOX_INDEX_REFRESH_MS: '100',
    AUDITBOX_ALLOW_WEAK_TOPIC: 'true',
    AUDITBOX_API_AUTH_ENABLED: 'false',
    AUDITBOX_LOG_LEVEL: 'off',
  };
}

export type PipelineOptions = {
  readonly environment?: Environment;
  readonly indexer?: boolean;
  /** Of all of them; by default what they say is let go. */
  readonly logger?: Logger;
};

/** Starts query, the indexer (unless told otherwise) and the gateway. */
export async function startPipeline(parts: Parts, options: PipelineOptions = {}): Promise<Pipeline> {
  await using building = new AsyncDisposableStack();
  const environment = { ...ownEnvironment(parts), ...options.environment };
  const logger = options.logger ?? createLogger('test', 'off');
  const query = building.use(await startQuery(settingsOf(readQueryConfig(environment)), logger));
  const metricsPorts: Record<string, number | undefined> = { query: query.metricsPort };
  if (options.indexer !== false) {
    const fail = (reason: string): never => {
      throw new Error(`the indexer failed: ${reason}`);
    };
    const config = settingsOf(readIndexerConfig(environment));
    const indexer = building.use(await startIndexer(config, logger, fail));
    metricsPorts.indexer = indexer.metricsPort;
  }
  const queryUrl = `http://127.0.0.1:${query.port}`;
  const gatewayConfig = settingsOf(readGatewayConfig({ ...environment, AUDITBOX_QUERY_URL: queryUrl }));
  const gateway = building.use(await startGateway(gatewayConfig, logger));
  metricsPorts.gateway = gateway.metricsPort;
  const built = building.move();
  return {
    url: `http://127.0.0.1:${gateway.port}`,
    queryUrl,
    metricsUrls: Object.fromEntries(
      Object.entries(metricsPorts).map(([name, port]) => [name, `http://127.0.0.1:${port}/metrics`]),
    ),
    environment,
    [Symbol.asyncDispose]: () => built.disposeAsync(),
  };
}

/** Decoded settings; throws with what is wrong with them. */
export function settingsOf<Table extends SettingsTable>(decoded: DecodedSettings<Table>) {
  if ('problems' in decoded) throw new Error(decoded.problems.join(' '));
  return decoded.settings;
}
