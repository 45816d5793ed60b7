/**
 * Kafka, Elasticsearch and Keycloak for tests, one call each: defaults for everything, small heaps, free ports, data in the
 * folder that the caller names. They can be killed and restarted; disposing stops them and leaves the folder.
 */
import { mkdir } from 'node:fs/promises';
import { freePort, freePorts } from './machine/ports.ts';
import { elasticsearchPart } from './parts/elasticsearch.ts';
import { type KafkaPartOptions, kafkaPart } from './parts/kafka.ts';
import { issuerAt, keycloakPart } from './parts/keycloak.ts';
import { PartNode } from './parts/node.ts';
import { foldersIn } from './parts/part.ts';
import { type KeycloakToolbox, openKeycloak, openToolbox, type Toolbox } from './toolbox.ts';

const kafkaHeap = '512m';
const elasticsearchHeap = '1g';
const keycloakHeap = '512m';

export interface NodeOptions {
  /** Below it: data/, logs/, run/. Elasticsearch's user must be able to enter it (see `npm test`'s own folder). */
  readonly folder: string;
  readonly port?: number;
  /** Kafka's controller or Elasticsearch's transport. */
  readonly secondPort?: number;
  readonly heap?: string;
  readonly toolbox?: Toolbox;
  readonly stop?: AbortSignal;
}

export interface KafkaOptions
  extends NodeOptions,
    Pick<KafkaPartOptions, 'properties' | 'scramUsers' | 'clusterId'> {}

export interface KafkaNode extends PartNode {
  readonly brokers: string;
}

export interface ElasticsearchNode extends PartNode {
  readonly uri: string;
}

export interface KeycloakOptions extends Pick<NodeOptions, 'folder' | 'port' | 'heap' | 'stop'> {
  readonly toolbox?: KeycloakToolbox;
}

/** With the realm `auditbox` of artifacts/keycloak; `folder` without data of an earlier one has it as it is there. */
export interface KeycloakNode extends PartNode {
  /** As IDP_ISSUER and `iss` have it. */
  readonly issuer: string;
  readonly tokenEndpoint: string;
}

export async function startKafka(options: KafkaOptions): Promise<KafkaNode> {
  const { folders, toolbox, port, secondPort } = await prepare(options);
  const part = kafkaPart({
    jars: toolbox.dist.kafka,
    javaHome: toolbox.javaHome,
    folders,
    port,
    controllerPort: secondPort,
    heap: options.heap ?? kafkaHeap,
    properties: options.properties,
    scramUsers: options.scramUsers,
    clusterId: options.clusterId,
  });
  return Object.assign(await PartNode.start(part, options), { brokers: `127.0.0.1:${port}` });
}

export async function startElasticsearch(options: NodeOptions): Promise<ElasticsearchNode> {
  const { folders, toolbox, port, secondPort } = await prepare(options);
  const part = elasticsearchPart({
    home: toolbox.dist.elasticsearch,
    javaHome: toolbox.javaHome,
    folders,
    port,
    transportPort: secondPort,
    heap: options.heap ?? elasticsearchHeap,
    runAs: toolbox.runAs,
  });
  const node = await PartNode.start(part, { ...options, pid: part.serverPid });
  return Object.assign(node, { uri: `http://127.0.0.1:${port}` });
}

export async function startKeycloak(options: KeycloakOptions): Promise<KeycloakNode> {
  const { folder, stop } = options;
  await mkdir(folder, { recursive: true });
  const { keycloak: dist, javaHome } = options.toolbox ?? (await openKeycloak({ stop }));
  const port = options.port ?? (await freePort());
  const heap = options.heap ?? keycloakHeap;
  const part = keycloakPart({ dist, javaHome, folders: foldersIn(folder), port, heap });
  const { issuer, tokenEndpoint } = issuerAt(port);
  return Object.assign(await PartNode.start(part, options), { issuer, tokenEndpoint });
}

async function prepare({ folder, port, secondPort, toolbox, stop }: NodeOptions) {
  await mkdir(folder, { recursive: true });
  const [free, secondFree] = await freePorts(2);
  return {
    folders: foldersIn(folder),
    toolbox: toolbox ?? (await openToolbox({ runFolder: folder, stop })),
    port: port ?? free!,
    secondPort: secondPort ?? secondFree!,
  };
}
