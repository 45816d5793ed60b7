/**
 * What `npm start` runs, in which order: Kafka and Elasticsearch (where the user named none) and Keycloak (where it was
 * asked for), then the services behind the front door, then the front door.
 */
import { distIn } from './artifacts/dist.ts';
import { keycloakIn } from './artifacts/keycloak.ts';
import type { RunAs } from './machine/run-as.ts';
import { elasticsearchPart } from './parts/elasticsearch.ts';
import { kafkaPart } from './parts/kafka.ts';
import { keycloakPart } from './parts/keycloak.ts';
import { type Folders, foldersIn, type Part } from './parts/part.ts';
import { serviceEnvironment, servicePart } from './parts/service.ts';
import type { Settings } from './settings.ts';
import type { Stage } from './supervise/ensemble.ts';

export interface Plan {
  readonly settings: Settings;
  readonly localFolder: string;
  /** Undefined where nothing that needs one is started. */
  readonly javaHome: string | undefined;
  readonly runAs: RunAs | undefined;
  readonly env: NodeJS.ProcessEnv;
}

export function stagesOf(plan: Plan): Stage[] {
  const folders = foldersIn(plan.localFolder);
  const { settings } = plan;
  const env = environmentOf(plan);
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

/** What all services are started with. */
export function environmentOf({ settings, env }: Pick<Plan, 'settings' | 'env'>): NodeJS.ProcessEnv {
  const kafkaBrokers = settings.kafkaBrokers ?? `127.0.0.1:${settings.kafkaPort}`;
  const elasticUri = settings.elasticUri ?? `http://127.0.0.1:${settings.elasticPort}`;
  return serviceEnvironment(env, settings, { kafkaBrokers, elasticUri });
}

function backendParts({ settings, localFolder, javaHome, runAs }: Plan, folders: Folders): Part[] {
  if (javaHome === undefined) return [];
  const distFolder = `${localFolder}/dist`;
  const dist = distIn(distFolder);
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
  const keycloak = keycloakPart({
    dist: keycloakIn(distFolder),
    javaHome,
    folders,
    port: settings.keycloakPort,
    heap: settings.keycloakHeap,
  });
  return [
    ...(settings.kafkaBrokers ? [] : [kafka]),
    ...(settings.elasticUri ? [] : [elasticsearch]),
    ...(settings.keycloak ? [keycloak] : []),
  ];
}
