/**
 * The connections between the parts, and what stands in them: by default nothing. A fault that needs something there
 * says so before the services start, because their settings name it.
 */
import type { Environment } from '@auditbox/e2e';
import type { Backends } from './backends.ts';
import { type ElasticFaults, startElasticFaults } from './elastic-faults.ts';
import { type SlowProxy, startSlowProxy } from './slow-proxy.ts';

export const PAIRS = [
  'gateway-kafka',
  'indexer-kafka',
  'indexer-elastic',
  'query-elastic',
  'gateway-query',
] as const;

export type Pair = (typeof PAIRS)[number];

export class Links implements AsyncDisposable {
  readonly #backends: Backends;
  readonly #queryPort: number;
  readonly #slow = new Map<Pair, SlowProxy>();
  #elasticFaults: ElasticFaults | undefined;
  readonly #open = new AsyncDisposableStack();

  constructor(backends: Backends, queryPort: number) {
    this.#backends = backends;
    this.#queryPort = queryPort;
  }

  /** A network between the two that can be made slow. */
  async slow(pair: Pair): Promise<SlowProxy> {
    const there = this.#slow.get(pair);
    if (there !== undefined) return there;
    const { gateway, indexer } = this.#backends.doors;
    const elasticPort = Number(new URL(this.#backends.elasticsearch.uri).port);
    const [target, port] = {
      'gateway-kafka': [gateway.port, gateway.advertisedPort],
      'indexer-kafka': [indexer.port, indexer.advertisedPort],
      'indexer-elastic': [this.#elasticFaults?.port ?? elasticPort, 0],
      'query-elastic': [elasticPort, 0],
      'gateway-query': [this.#queryPort, 0],
    }[pair] as [number, number];
    const proxy = this.#open.use(await startSlowProxy(target, port));
    this.#slow.set(pair, proxy);
    return proxy;
  }

  /** An Elasticsearch that can be made to answer wrongly, for the indexers. */
  async elasticFaults(): Promise<ElasticFaults> {
    this.#elasticFaults ??= this.#open.use(await startElasticFaults(this.#backends.elasticsearch.uri));
    return this.#elasticFaults;
  }

  /** What a service has to be started with to go this way. */
  settingsOf(service: string): Environment {
    const kafka = (pair: Pair): string => {
      const port = this.#slow.get(pair)?.port;
      return port === undefined ? this.#backends.kafka.brokers : `127.0.0.1:${port}`;
    };
    const at = (pair: Pair, otherwise: string): string => {
      const port = this.#slow.get(pair)?.port;
      return port === undefined ? otherwise : `http://127.0.0.1:${port}`;
    };
    const { uri } = this.#backends.elasticsearch;
    switch (service) {
      case 'gateway':
        return {
          KAFKA_BROKERS: kafka('gateway-kafka'),
          AUDITBOX_QUERY_URL: at('gateway-query', `http://127.0.0.1:${this.#queryPort}`),
        };
      case 'indexer':
        return {
          KAFKA_BROKERS: kafka('indexer-kafka'),
          ELASTIC_URI: at('indexer-elastic', this.#elasticFaults?.url ?? uri),
        };
      default:
        return { ELASTIC_URI: at('query-elastic', uri) };
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#open.disposeAsync();
  }
}
