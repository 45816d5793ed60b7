/** A process ends at once, ends in an orderly way, or freezes: the services, Kafka and Elasticsearch. */
import type { KafkaNode } from '@auditbox/local';
import type { Fault } from '../fault.ts';
import type { Replica } from '../replica.ts';
import type { Stage } from '../stage.ts';
import { pause } from '../wait-until.ts';

/** How long a frozen process is: what is to be survived, and less where several faults meet. */
const FROZEN = { aloneMs: 20_000, mixedMs: [1_000, 8_000] } as const;
/** How long Kafka or Elasticsearch is away before it is started again. */
const AWAY = { aloneMs: 2_000, mixedMs: [0, 5_000] } as const;

type Replicas = (stage: Stage) => readonly Replica[];

const SERVICES = {
  gateway: (stage) => stage.gateways,
  indexer: (stage) => stage.indexers,
  query: (stage) => [stage.query],
} as const satisfies Record<string, Replicas>;

type Node = Pick<KafkaNode, 'kill' | 'stop' | 'restart'>;

const NODES = {
  kafka: (stage: Stage): Node => stage.backends.kafka,
  elasticsearch: (stage: Stage): Node => stage.backends.elasticsearch,
} as const;

/** The orchestrator starts it again. */
function ended(service: keyof typeof SERVICES, signal: 'SIGKILL' | 'SIGTERM'): Fault {
  return {
    touches: [service],
    run: async (stage, { which }) => {
      const replicas = SERVICES[service](stage);
      await replicas[which % replicas.length]!.end(signal);
    },
  };
}

function frozen(service: keyof typeof SERVICES): Fault {
  return {
    touches: [service],
    lasts: FROZEN,
    run: async (stage, { which, forMs }) => {
      const replicas = SERVICES[service](stage);
      const replica = replicas[which % replicas.length]!;
      await replica.signalLiving('SIGSTOP');
      await pause(forMs);
      replica.signal('SIGCONT');
    },
  };
}

function nodeEnded(node: keyof typeof NODES, signal: 'SIGKILL' | 'SIGTERM'): Fault {
  return {
    touches: [node],
    lasts: AWAY,
    run: async (stage, { forMs }) => {
      const part = NODES[node](stage);
      if (signal === 'SIGKILL') await part.kill(signal);
      else await part.stop();
      await pause(forMs);
      await part.restart();
    },
  };
}

function nodeFrozen(node: keyof typeof NODES): Fault {
  return {
    touches: [node],
    lasts: FROZEN,
    run: async (stage, { forMs }) => {
      const part = NODES[node](stage);
      await part.kill('SIGSTOP');
      await pause(forMs);
      await part.kill('SIGCONT');
    },
  };
}

export const SIGNAL_FAULTS = {
  'gateway-sigkill': ended('gateway', 'SIGKILL'),
  'gateway-sigterm': ended('gateway', 'SIGTERM'),
  'gateway-sigstop': frozen('gateway'),
  'indexer-sigkill': ended('indexer', 'SIGKILL'),
  'indexer-sigterm': ended('indexer', 'SIGTERM'),
  'indexer-sigstop': frozen('indexer'),
  'query-sigkill': ended('query', 'SIGKILL'),
  'query-sigterm': ended('query', 'SIGTERM'),
  'query-sigstop': frozen('query'),
  'kafka-sigkill': nodeEnded('kafka', 'SIGKILL'),
  'kafka-sigterm': nodeEnded('kafka', 'SIGTERM'),
  'kafka-sigstop': nodeFrozen('kafka'),
  'elasticsearch-sigkill': nodeEnded('elasticsearch', 'SIGKILL'),
  'elasticsearch-sigterm': nodeEnded('elasticsearch', 'SIGTERM'),
  'elasticsearch-sigstop': nodeFrozen('elasticsearch'),
} as const satisfies Record<string, Fault>;
