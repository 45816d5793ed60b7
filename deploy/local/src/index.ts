/**
 * For end-to-end and fault tests: a real Kafka, Elasticsearch and Keycloak that can be killed and restarted, free
 * ports, and what it takes to run them.
 */

export { type Dist, fetchDist, isFetched } from './artifacts/dist.ts';
export { elasticsearchVersion, kafkaVersion } from './artifacts/pinned.ts';
export type { Backends } from './backends/backends.ts';
export { Failure } from './failure.ts';
export { findJdk, type Jdk } from './machine/jdk.ts';
export { freePort, freePorts } from './machine/ports.ts';
export {
  type ElasticsearchNode,
  type KafkaNode,
  type KeycloakNode,
  type KeycloakOptions,
  type NodeOptions,
  startElasticsearch,
  startKafka,
  startKeycloak,
} from './nodes.ts';
export { processesNaming } from './process/identity.ts';
export { complain, say } from './terminal/say.ts';
export { listenForStop } from './terminal/stop-asked.ts';
export { type FreshFolder, freshFolder } from './testing/fresh-folder.ts';
export { makeRunFolder } from './testing/run-folder.ts';
export { localFolder, openGeoDatabases, openKafkaTools, openToolbox, type Toolbox } from './toolbox.ts';
