/** A Kafka and an Elasticsearch of one run alone, and the settings with which the services use them. */
import {
  type ElasticsearchNode,
  freshFolder,
  type KafkaNode,
  openToolbox,
  startElasticsearch,
  startKafka,
  type Toolbox,
} from '@auditbox/local';
import { gatewayEnvironment } from './gateway-environment.ts';

export type Stack = AsyncDisposable & {
  readonly folder: string;
  readonly toolbox: Toolbox;
  readonly kafka: KafkaNode;
  readonly elastic: ElasticsearchNode;
  readonly env: Readonly<Record<string, string>>;
};

/** @param properties of Kafka, over its own */
export async function openStack(
  stop: AbortSignal,
  properties: Readonly<Record<string, string>> = {},
): Promise<Stack> {
  await using opening = new AsyncDisposableStack();
  const { path: folder } = opening.use(freshFolder('auditbox-bench'));
  const toolbox = await openToolbox({ runFolder: folder, stop });
  const options = { folder, toolbox, stop };
  const kafka = opening.use(await startKafka({ ...options, properties }));
  const elastic = opening.use(await startElasticsearch(options));
  const env = {
    ...gatewayEnvironment(kafka.brokers),
    ELASTIC_URI: elastic.uri,
    AUDITBOX_INDEX_REPLICAS: '0',
  };
  const opened = opening.move();
  return { folder, toolbox, kafka, elastic, env, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
