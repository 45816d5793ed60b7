/**
 * The real Kafka and Elasticsearch that a run of the tests uses, wherever they come from. Disposing removes all of
 * it, data included.
 */
export interface Backends extends AsyncDisposable {
  /** As in KAFKA_BROKERS: host:port, comma-separated. */
  readonly kafkaBrokers: string;
  /** As in ELASTIC_URI. */
  readonly elasticUri: string;
}

export interface BackendsOptions {
  /** A fresh folder for this run; the caller removes it. */
  readonly runFolder: string;
  readonly stop: AbortSignal;
}
