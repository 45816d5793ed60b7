/** The rebuild, built by hand: the older generation at one end, this one at the other, beside an indexer that runs. */
import { setTimeout as wait } from 'node:timers/promises';
import {
  beginGroupAt,
  type GroupInTopic,
  groupPositions,
  type KafkaConnection,
  type LogReader,
  logEnds,
} from '@auditbox/event-log';
import type { Client } from '@elastic/elasticsearch';
import { type CopyDependencies, copyDocuments } from './domain/copy-documents.ts';
import { type RebuildStore, rebuild } from './domain/rebuild.ts';
import type { EventIndices } from './elastic/event-indices.ts';
import { settleGeneration } from './elastic/generation.ts';
import { lackingDocuments } from './elastic/lacking-documents.ts';
import type { Months } from './elastic/months.ts';
import { olderGeneration } from './elastic/older-generation.ts';
import { refreshWritten, switchGeneration } from './elastic/switch-generation.ts';
import { eventsGroup } from './groups.ts';
import type { RebuildReports } from './rebuild-events.ts';

/** Whoever reads this partition of the events copies. Every topic has it. */
const COPYING_PARTITION = 0;

export type RebuildParts = {
  readonly client: Client;
  readonly kafka: KafkaConnection;
  readonly indices: EventIndices;
  readonly settings: {
    readonly indexPrefix: string;
    readonly eventsTopic: string;
    readonly groupId: string;
    readonly rebuildEventsPerSecondMax: number;
  };
  readonly reports: RebuildReports;
};

/**
 * Lets this generation's group begin where the older one's is: all that is below has been confirmed by it, so it is among
 * the stored events (or in quarantine); all from there on is read from the log. Before the first member of the group starts.
 */
export async function beginBeside(
  older: number,
  { kafka, indices: { months }, settings, reports }: RebuildParts,
): Promise<void> {
  const topic = settings.eventsTopic;
  const group = (projection?: number): GroupInTopic => ({
    topic,
    groupId: eventsGroup(settings.groupId, projection),
  });
  const offsets =
    (await months.rebuild()) ?? (await months.beginRebuild(await groupPositions(kafka, group(older))));
  await beginGroupAt(kafka, { ...group(), offsets });
  reports.rebuilding(older);
}

/** Goes on until this generation is read, or its disposal. `onFatal` is called with an error that nobody expected. */
export function startRebuild(
  older: number,
  { client, kafka, indices, settings, reports }: RebuildParts,
  {
    reader,
    onFatal,
    ...copying
  }: Omit<CopyDependencies, 'reports'> & {
    readonly reader: LogReader;
    readonly onFatal: (error: unknown) => void;
  },
): AsyncDisposable {
  const { eventsTopic: topic, groupId, indexPrefix } = settings;
  const ending = new AbortController();
  const ended = rebuild(
    {
      store: storeOf(client, indexPrefix, indices.months, older),
      log: {
        ends: () => logEnds(kafka, topic),
        positions: () => groupPositions(kafka, { topic, groupId: eventsGroup(groupId) }),
      },
      copy: (index, documents, signal) => copyDocuments(index, documents, signal, { ...copying, reports }),
      whose() {
        const { state, assignment } = reader.health();
        if (state !== 'joined') return 'unknown';
        return assignment.includes(COPYING_PARTITION) ? 'ours' : 'not-ours';
      },
      eventsPerSecondMax: settings.rebuildEventsPerSecondMax,
      elapsedMs: () => performance.now(),
      random: Math.random,
      delay: (ms, signal) => wait(ms, undefined, { signal }),
      reports,
    },
    ending.signal,
  ).catch((error: unknown) => {
    if (!ending.signal.aborted) onFatal(error);
  });
  return {
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      await ended;
    },
  };
}

function storeOf(client: Client, indexPrefix: string, months: Months, older: number): RebuildStore {
  const generation = olderGeneration(client, indexPrefix, older);
  return {
    isRead: async () => (await settleGeneration(client, indexPrefix, months)) === undefined,
    months: generation.months,
    isDropped: async (month) => (await months.look(month)).month === 'dropped',
    isCopied: months.isCopied,
    markCopied: months.markCopied,
    pages: generation.pages,
    countOlder: generation.count,
    idPages: generation.idPages,
    lacking: lackingDocuments(client, indexPrefix),
    refresh: () => refreshWritten(client, indexPrefix),
    switchOver: () => switchGeneration(client, indexPrefix, months),
  };
}
