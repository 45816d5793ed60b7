/**
 * Backends as containers of the official images, for a machine with a container engine
 * (AUDITBOX_TEST_BACKENDS=containers). Thin on purpose, and unproven where there is no engine to prove it on.
 */
import { GenericContainer, getContainerRuntimeClient, Wait } from 'testcontainers';
import { elasticsearchVersion, kafkaVersion } from '../artifacts/pinned.ts';
import { refusal } from '../failure.ts';
import { freePort } from '../machine/ports.ts';
import type { Backends, BackendsOptions } from './backends.ts';

export async function containerBackends({ stop }: BackendsOptions): Promise<Backends> {
  await getContainerRuntimeClient().catch(() => {
    throw refusal([
      'AUDITBOX_TEST_BACKENDS=containers needs a container engine, and none answers here: start one, or unset it to use local processes.',
    ]);
  });
  await using containers = new AsyncDisposableStack();
  // The broker tells clients its address, so it has to know the port outside before it starts.
  const port = await freePort();
  const kafka = new GenericContainer(`apache/kafka:${kafkaVersion}`)
    .withExposedPorts({ container: port, host: port })
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_LISTENERS: `PLAINTEXT://:${port},CONTROLLER://:9093`,
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://localhost:${port}`,
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    })
    .withWaitStrategy(Wait.forLogMessage('Kafka Server started'));
  const elasticsearch = new GenericContainer(
    `docker.elastic.co/elasticsearch/elasticsearch:${elasticsearchVersion}`,
  )
    .withExposedPorts(9200)
    .withEnvironment({ 'discovery.type': 'single-node', 'xpack.security.enabled': 'false' })
    .withWaitStrategy(Wait.forHttp('/_cluster/health', 9200));
  const dispose = (each: { stop(): Promise<unknown> }) => each.stop().then(() => {});
  containers.adopt(await kafka.start(), dispose);
  stop.throwIfAborted();
  const node = containers.adopt(await elasticsearch.start(), dispose);
  const running = containers.move();
  return {
    kafkaBrokers: `localhost:${port}`,
    elasticUri: `http://${node.getHost()}:${node.getMappedPort(9200)}`,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
