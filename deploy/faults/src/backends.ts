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
  /** Doors of the broker that lead through a proxy. */
  readonly doors: { readonly gateway: Door; readonly indexer: Door };
  readonly admin: KafkaAdmin;
  /** Another broker of the same cluster, for as long as it is wanted. */
  readonly secondBroker: { readonly start: () => Promise<void>; readonly stop: () => Promise<void> };
  /** Both run, whatever the round before did to them. */
  readonly restore: () => Promise<void>;
};

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
  const [port, controllerPort, ...doorPorts] = (await freePorts(6)) as [number, number, ...number[]];
  const doors = {
    gateway: { port: doorPorts[0]!, advertisedPort: doorPorts[1]! },
    indexer: { port: doorPorts[2]!, advertisedPort: doorPorts[3]! },
  };
  const listeners = (portOf: (door: Door) => number): string =>
    [
      `PLAINTEXT://${HOST}:${port}`,
      `GATEWAY://${HOST}:${portOf(doors.gateway)}`,
      `INDEXER://${HOST}:${portOf(doors.indexer)}`,
    ].join(',');
  const shared = { toolbox, ...(stop && { stop }) };
  const kafkaFolder = join(folder, 'broker-1');
  const [kafka, elasticsearch] = await Promise.allSettled([
    startKafka({
      ...shared,
      folder: kafkaFolder,
      port,
      secondPort: controllerPort,
      properties: {
        listeners: `${listeners((door) => door.port)},CONTROLLER://${HOST}:${controllerPort}`,
        'advertised.listeners': listeners((door) => door.advertisedPort),
        'listener.security.protocol.map':
          'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,GATEWAY:PLAINTEXT,INDEXER:PLAINTEXT',
      },
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
        listeners: `PLAINTEXT://${HOST}:${own}`,
        'advertised.listeners': `PLAINTEXT://${HOST}:${own}`,
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
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
