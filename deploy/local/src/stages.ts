/**
 * What `npm start` runs, in which order: Kafka and Elasticsearch (where the user named none), then the services
 * behind the front door, then the front door.
 */
import { distIn } from './artifacts/dist.ts';
import type { RunAs } from './machine/run-as.ts';
import { elasticsearchPart } from './parts/elasticsearch.ts';
import { kafkaPart } from './parts/kafka.ts';
import { type Folders, foldersIn, type Part } from './parts/part.ts';
import { serviceEnvironment, servicePart } from './parts/service.ts';
import type { Settings } from './settings.ts';
import type { Stage } from './supervise/ensemble.ts';

export interface Plan {
  readonly settings: Settings;
  readonly localFolder: string;
  /** Undefined where both Kafka and Elasticsearch are the user's. */
  readonly javaHome: string | undefined;
  readonly runAs: RunAs | undefined;
  readonly env: NodeJS.ProcessEnv;
}

export function stagesOf(plan: Plan): Stage[] {
  const folders = foldersIn(plan.localFolder);
  const { settings } = plan;
  const kafkaBrokers = settings.kafkaBrokers ?? `127.0.0.1:${settings.kafkaPort}`;
  const elasticUri = settings.elasticUri ?? `http://127.0.0.1:${settings.elasticPort}`;
  const env = serviceEnvironment(plan.env, settings, { kafkaBrokers, elasticUri });
  const indexers = Array.from({ length: settings.indexerReplicas }, (_, index) =>
    servicePart({
      service: 'indexer',
      name: settings.indexerReplicas === 1 ? 'indexer' : `indexer-${index + 1}`,
      port: settings.indexerPort + index,
      metricsPort: settings.indexerMetricsPort + index,
      env,
      folders,
    }),
  );
  const query = servicePart({
    service: 'query',
    name: 'query',
    port: settings.queryPort,
    metricsPort: settings.queryMetricsPort,
    env,
    folders,
  });
  const gateway = servicePart({
    service: 'gateway',
    name: 'gateway',
    port: settings.gatewayPort,
    metricsPort: settings.gatewayMetricsPort,
    env,
    folders,
  });
  return [
    { groups: [backendParts(plan, folders)], mustStartAtOnce: true },
    { groups: [indexers, [query]], mustStartAtOnce: false },
    { groups: [[gateway]], mustStartAtOnce: false },
  ];
}

function backendParts({ settings, localFolder, javaHome, runAs }: Plan, folders: Folders): Part[] {
  if (javaHome === undefined) return [];
  const dist = distIn(`${localFolder}/dist`);
  const kafka = kafkaPart({
    jars: dist.kafka,
    javaHome,
    folders,
    port: settings.kafkaPort,
    controllerPort: settings.kafkaPort + 1,
    heap: settings.kafkaHeap,
  });
  const elasticsearch = elasticsearchPart({
    home: dist.elasticsearch,
    javaHome,
    folders,
    port: settings.elasticPort,
    transportPort: settings.elasticTransportPort,
    heap: settings.elasticHeap,
    runAs,
  });
  return [...(settings.kafkaBrokers ? [] : [kafka]), ...(settings.elasticUri ? [] : [elasticsearch])];
}
