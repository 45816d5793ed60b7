/** An indexer as a process of its own, and when it has its share of the log. */
import { EVENTS_TOPIC } from '@auditbox/event-log';
import { type Line, type ServiceProcess, startService } from '../service-process.ts';

export type IndexerProcess = ServiceProcess & {
  /** Resolves when it has joined the group of the topic of events and has partitions of it. */
  readonly joined: Promise<void>;
};

export function startIndexerProcess(
  env: Readonly<Record<string, string>>,
  profileFolder: string | undefined,
): IndexerProcess {
  const { promise: joined, resolve } = Promise.withResolvers<void>();
  const onLine = (line: Line): void => {
    if (saysJoined(line)) resolve();
  };
  return { ...startService('indexer', env, { profileFolder, onLine }), joined };
}

function saysJoined({ msg, topic, partitions = [] }: Line): boolean {
  return msg === 'joined the group' && topic === EVENTS_TOPIC.name && partitions.length > 0;
}
