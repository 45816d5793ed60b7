/**
 * The real Kafka and Elasticsearch of a run, to be killed and frozen at will. Kafka has a door for everybody, and one
 * each for gateways and indexers behind a proxy: a broker tells its clients where to find it, so that the ports of such
 * proxies have to be known when it starts.
 */
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ElasticsearchNode,
  freePorts,
  type KafkaNode,
  openToolbox,
  startElasticsearch,
  startKafka,
} from '@auditbox/local';
import { type KafkaAdmin, kafkaAdmin } from './kafka-admin.ts';

export type Backends = AsyncDisposable & {
  readonly kafka: KafkaNode;
  readonly elasticsearch: ElasticsearchNode;
  /** Doors of the brokers that lead through a proxy. */
  readonly doors: { readonly gateway: Doors; readonly indexer: Doors };
  readonly admin: KafkaAdmin;
  /** Another broker of the same cluster, for as long as it is wanted. */
  readonly secondBroker: { readonly start: () => Promise<void>; readonly stop: () => Promise<void> };
  /** Both run, and no fault's setting is left, whatever the round before did to them. */
  readonly restore: () => Promise<void>;
};

/** Of the first broker, and of the second one. */
export type Doors = readonly [Door, Door];

export type Door = {
  /** Where the broker listens. */
  readonly port: number;
  /** Where it says that it does: the port of a proxy. */
  readonly advertisedPort: number;
};

const HOST = '127.0.0.1';
const SECOND_NODE_ID = 2;

export async function openBackends(folder: string, stop?: AbortSignal): Promise<Backends> {
  await using starting = new AsyncDisposableStack();
  await mkdir(folder, { recursive: true });
  const toolbox = await openToolbox({ runFolder: folder, ...(stop && { stop }) });
  const [port, controllerPort, ...doorPorts] = (await freePorts(10)) as [number, number, ...number[]];
  const door = (n: number): Door => ({ port: doorPorts[2 * n]!, advertisedPort: doorPorts[2 * n + 1]! });
  const doors = { gateway: [door(0), door(1)], indexer: [door(2), door(3)] } as const;
  const properties = (broker: 0 | 1, own: number, more = '') => {
    const listeners = (portOf: (door: Door) => number): string =>
      [
        `PLAINTEXT://${HOST}:${own}`,
        `GATEWAY://${HOST}:${portOf(doors.gateway[broker])}`,
        `INDEXER://${HOST}:${portOf(doors.indexer[broker])}`,
      ].join(',');
    return {
      listeners: `${listeners(({ port }) => port)}${more}`,
      'advertised.listeners': listeners(({ advertisedPort }) => advertisedPort),
      'listener.security.protocol.map':
        'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,GATEWAY:PLAINTEXT,INDEXER:PLAINTEXT',
    };
  };
  const shared = { toolbox, ...(stop && { stop }) };
  const kafkaFolder = join(folder, 'broker-1');
  const [kafka, elasticsearch] = await Promise.allSettled([
    startKafka({
      ...shared,
      folder: kafkaFolder,
      port,
      secondPort: controllerPort,
      properties: properties(0, port, `,CONTROLLER://${HOST}:${controllerPort}`),
    }).then((node) => starting.use(node)),
    startElasticsearch({ ...shared, folder: join(folder, 'elasticsearch') }).then((node) =>
      starting.use(node),
    ),
  ]);
  if (kafka.status === 'rejected') throw kafka.reason;
  if (elasticsearch.status === 'rejected') throw elasticsearch.reason;
  const admin = kafkaAdmin(kafka.value.brokers);
  // Before there ever is a second broker: offsets must not go with it.
  await admin.makeOffsetsTopic();
  let second: KafkaNode | undefined;
  const startSecond = async (): Promise<KafkaNode> => {
    const [own] = await freePorts(1);
    const meta = readFileSync(join(kafkaFolder, 'data', 'kafka', 'meta.properties'), 'utf8');
    return await startKafka({
      ...shared,
      folder: join(folder, `broker-${SECOND_NODE_ID}`),
      port: own!,
      clusterId: /^cluster\.id=(.+)$/m.exec(meta)?.[1] ?? '',
      properties: {
        'process.roles': 'broker',
        'node.id': String(SECOND_NODE_ID),
        'controller.quorum.voters': `1@${HOST}:${controllerPort}`,
        ...properties(1, own!),
      },
    });
  };
  const started = starting.move();
  return {
    kafka: kafka.value,
    elasticsearch: elasticsearch.value,
    doors,
    admin,
    secondBroker: {
      start: async () => {
        if (second === undefined) second = started.use(await startSecond());
        else await second.restart();
      },
      stop: async () => {
        await second?.stop();
      },
    },
    restore: async () => {
      await Promise.all(
        [kafka.value, elasticsearch.value].map(async (node) => {
          if (node.running) await node.kill('SIGCONT');
          else await node.restart();
        }),
      );
      await resetSettings(elasticsearch.value.uri);
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** Persistent ones outlive a round that was broken off. */
async function resetSettings(uri: string): Promise<void> {
  const response = await fetch(`${uri}/_cluster/settings`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ persistent: { 'cluster.routing.*': null, 'cluster.info.*': null } }),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`Elasticsearch answers ${response.status} to its settings`);
}
