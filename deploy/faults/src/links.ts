/**
 * The connections between the parts, and what stands in them: by default nothing. A fault that needs something there
 * says so before the services start, because their settings name it.
 */
import type { Environment } from '@auditbox/e2e';
import type { Backends, Doors } from './backends.ts';
import { type ElasticFaults, startElasticFaults } from './elastic-faults.ts';
import { type SlowProxy, startSlowProxy } from './slow-proxy.ts';

/** Of the first broker, and of the second one. */
type Ways = readonly [SlowProxy, ...SlowProxy[]];

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
  readonly #slow = new Map<Pair, Ways>();
  #elasticFaults: ElasticFaults | undefined;
  readonly #open = new AsyncDisposableStack();

  constructor(backends: Backends, queryPort: number) {
    this.#backends = backends;
    this.#queryPort = queryPort;
  }

  /** A network between the two that can be made slow. */
  async slow(pair: Pair): Promise<Pick<SlowProxy, 'setSlowness' | 'slowedBytes'>> {
    const ways = this.#slow.get(pair) ?? (await this.#openWays(pair));
    this.#slow.set(pair, ways);
    return {
      setSlowness: (slowness) => {
        for (const way of ways) way.setSlowness(slowness);
      },
      slowedBytes: () => ways.reduce((sum, way) => sum + way.slowedBytes(), 0),
    };
  }

  async #openWays(pair: Pair): Promise<Ways> {
    const { gateway, indexer } = this.#backends.doors;
    const elasticPort = Number(new URL(this.#backends.elasticsearch.uri).port);
    const open = async (target: () => number, port = 0): Promise<SlowProxy> =>
      this.#open.use(await startSlowProxy(target, port));
    const brokers = async ([first, second]: Doors): Promise<Ways> => [
      await open(() => first.port, first.advertisedPort),
      await open(() => second.port, second.advertisedPort),
    ];
    switch (pair) {
      case 'gateway-kafka':
        return await brokers(gateway);
      case 'indexer-kafka':
        return await brokers(indexer);
      case 'indexer-elastic':
        // A fault of the answers may be arranged after this one.
        return [await open(() => this.#elasticFaults?.port ?? elasticPort)];
      case 'query-elastic':
        return [await open(() => elasticPort)];
      case 'gateway-query':
        return [await open(() => this.#queryPort)];
    }
  }

  /** An Elasticsearch that can be made to answer wrongly, for the indexers. */
  async elasticFaults(): Promise<ElasticFaults> {
    this.#elasticFaults ??= this.#open.use(await startElasticFaults(this.#backends.elasticsearch.uri));
    return this.#elasticFaults;
  }

  /** What a service has to be started with to go this way. */
  settingsOf(service: string): Environment {
    const kafka = (pair: Pair): string => {
      const port = this.#slow.get(pair)?.[0].port;
      return port === undefined ? this.#backends.kafka.brokers : `127.0.0.1:${port}`;
    };
    const at = (pair: Pair, otherwise: string): string => {
      const port = this.#slow.get(pair)?.[0].port;
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
