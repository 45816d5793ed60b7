/**
 * A running Auditbox to do faults to: two gateways, three indexers and query as processes that an orchestrator keeps
 * running, on topics and indices of their own, and what the faults say has to be expected of it afterwards.
 */
import { join } from 'node:path';
import { type Environment, ownEnvironment } from '@auditbox/e2e';
import { freePorts } from '@auditbox/local';
import type { Backends } from './backends.ts';
import type { Fault, Planned } from './fault.ts';
import { Links } from './links.ts';
import { Replica } from './replica.ts';
import { waitUntil } from './wait-until.ts';

const REPLICAS = ['query-1', 'gateway-1', 'gateway-2', 'indexer-1', 'indexer-2', 'indexer-3'];

/** Six processes start at once on two cores. */
const START_MS_MAX = 120_000;

export type Stage = AsyncDisposable & {
  readonly backends: Backends;
  readonly links: Links;
  readonly environment: Environment;
  readonly gateways: readonly Replica[];
  readonly indexers: readonly Replica[];
  readonly query: Replica;
  readonly replicas: readonly Replica[];
  /** One more indexer, started; until it is stopped. */
  readonly addIndexer: () => Promise<Replica>;
  readonly expected: Expected;
};

/** What the faults of a round change about what is right after it. */
export type Expected = {
  /** Ids whose only record was deleted before it was read. */
  readonly deleted: Set<string>;
  /** Ids of records that were deleted after they were read. */
  readonly forgotten: Set<string>;
};

export type FaultOf = (name: string) => Fault;

export async function startStage(
  backends: Backends,
  plan: readonly Planned[],
  faultOf: FaultOf,
  logsFolder: string,
): Promise<Stage> {
  await using starting = new AsyncDisposableStack();
  const kafkaBrokers = backends.kafka.brokers;
  const environment = {
    ...ownEnvironment({ kafkaBrokers, elasticUri: backends.elasticsearch.uri }),
    AUDITBOX_LOG_LEVEL: 'info',
  };
  starting.defer(() => clear(backends, environment));
  const ports = await freePorts(REPLICAS.length);
  const links = starting.use(new Links(backends, ports[0]!));
  const own = new Map<string, Environment>();
  const held = new Set<string>();
  for (const planned of plan) {
    await faultOf(planned.name).prepare?.(
      {
        links,
        environment,
        backends,
        hold: (service) => held.add(service),
        defer: (undo) => starting.defer(undo),
        set: (replica, settings) => own.set(replica, { ...own.get(replica), ...settings }),
      },
      planned,
    );
  }
  const replicaOf = (name: string, port: number): Replica => {
    const service = name.replace(/-\d+$/, '');
    const settings = { ...environment, PORT: String(port), ...links.settingsOf(service), ...own.get(name) };
    const replica = new Replica(name, settings, join(logsFolder, `${name}.log`));
    starting.defer(() => replica.dispose());
    if (!held.has(service)) replica.start();
    return replica;
  };
  const replicas = REPLICAS.map((name, n) => replicaOf(name, ports[n]!));
  await Promise.all(replicas.filter(({ isWanted }) => isWanted).map(ready));
  const started = starting.move();
  return {
    backends,
    links,
    environment,
    gateways: replicas.filter(({ service }) => service === 'gateway'),
    indexers: replicas.filter(({ service }) => service === 'indexer'),
    query: replicas[0]!,
    replicas,
    addIndexer: async () => {
      const [port] = await freePorts(1);
      const name = `indexer-${replicas.length}`;
      const settings = { ...environment, PORT: String(port), ...links.settingsOf('indexer') };
      const added = new Replica(name, settings, join(logsFolder, `${name}.log`));
      started.defer(() => added.dispose());
      replicas.push(added);
      added.start();
      return added;
    },
    expected: { deleted: new Set(), forgotten: new Set() },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

export const isReady = async (replica: Replica): Promise<boolean> =>
  (await replica.readiness())?.status === 200;

async function ready(replica: Replica): Promise<void> {
  await waitUntil(`${replica.name} is ready`, () => isReady(replica), START_MS_MAX);
}

/** The topics and indices of a round are gone after it: a hundred rounds would be thousands of partitions. */
async function clear({ admin, elasticsearch }: Backends, environment: Environment): Promise<void> {
  const prefix = environment.AUDITBOX_INDEX_PREFIX;
  const quarantine = environment.AUDITBOX_QUARANTINE_INDEX;
  const topics = [environment.AUDITBOX_EVENTS_TOPIC!, environment.AUDITBOX_QUARANTINE_TOPIC!];
  await Promise.allSettled([
    admin.deleteTopics(topics),
    deleteIndices(elasticsearch.uri, [`${prefix}-*`, `${quarantine}*`]),
  ]);
}

/** By name: Elasticsearch does not delete by a pattern. */
async function deleteIndices(uri: string, patterns: readonly string[]): Promise<void> {
  const found = await fetch(`${uri}/${patterns.join(',')}?expand_wildcards=all&filter_path=*.aliases`);
  const names = Object.keys((await found.json()) as object);
  if (names.length > 0) await fetch(`${uri}/${names.join(',')}`, { method: 'DELETE' });
}
