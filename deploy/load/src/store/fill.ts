/** Fills an index of its own with documents, merges it to one segment, and says what it takes of the disk. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '../indices.ts';

/** The indexer's own default (AUDITBOX_BULK_EVENTS_MAX). */
const BULK_EVENTS = 1000;
const CREATED = 201;
/** Some times as long as a lease goes without being renewed. */
const LET_GO_MS = 180_000;
const POLL_MS = 500;
/** Merging all of an index is not done in the time of a bulk. */
const MERGE_TIMEOUT_MS = 30 * 60_000;

/** JSON on one line. */
export type Source = { readonly id: string; readonly source: string | Buffer };

type BulkAnswer = { readonly items: readonly { readonly create: { readonly status: number } }[] };

/** Throws where one of them is not stored. */
export async function fill(
  client: Client,
  index: string,
  documents: Iterable<Source>,
  stop: AbortSignal,
): Promise<void> {
  let lines: string[] = [];
  const send = async (): Promise<void> => {
    const { items } = await client.transport.request<BulkAnswer>(
      {
        method: 'POST',
        path: `/${index}/_bulk`,
        querystring: { filter_path: 'items.*.status' },
        bulkBody: Buffer.from(lines.join('')),
      },
      { signal: stop },
    );
    const stored = items.filter(({ create }) => create.status === CREATED).length;
    if (stored !== lines.length) throw new Error(`bench: ${stored} of ${lines.length} stored in ${index}`);
    lines = [];
  };
  for (const { id, source } of documents) {
    lines.push(`{"create":{"_id":"${id}"}}\n${source}\n`);
    if (lines.length === BULK_EVENTS) await send();
  }
  if (lines.length > 0) await send();
}

/**
 * Waits until Elasticsearch needs none of the operations any more, by which replicas catch up: from then on merging drops
 * what it keeps for them. Throws where not exactly so many events are in the index.
 */
export async function mergeToOne(
  client: Client,
  index: string,
  events: number,
  stop: AbortSignal,
): Promise<void> {
  await client.indices.flush({ index }, { signal: stop });
  await untilLetGo(client, index, events, stop);
  await client.indices.forcemerge(
    { index, max_num_segments: 1 },
    { signal: stop, requestTimeout: MERGE_TIMEOUT_MS },
  );
  await client.indices.flush({ index, force: true }, { signal: stop });
  await client.indices.refresh({ index }, { signal: stop });
  const { count } = await client.count({ index }, { signal: stop });
  if (count !== events) throw new Error(`bench: ${count} events in ${index}, not ${events}`);
}

type Stats = {
  readonly indices: {
    readonly [index: string]: { readonly shards: Readonly<Record<string, readonly ShardStats[]>> };
  };
};
type ShardStats = {
  readonly retention_leases: { readonly leases: readonly { readonly retaining_seq_no: number }[] };
};

/** The lease of each shard is renewed every 30 seconds (index.soft_deletes.retention_lease.sync_interval). */
async function untilLetGo(client: Client, index: string, events: number, stop: AbortSignal): Promise<void> {
  const deadline = performance.now() + LET_GO_MS;
  for (;;) {
    const { indices } = await client.transport.request<Stats>(
      { method: 'GET', path: `/${index}/_stats`, querystring: { level: 'shards' } },
      { signal: stop },
    );
    const leases = Object.values(indices[index]?.shards ?? {})
      .flat()
      .flatMap(({ retention_leases }) => retention_leases.leases);
    if (leases.every(({ retaining_seq_no }) => retaining_seq_no >= events)) return;
    if (performance.now() > deadline) throw new Error(`bench: ${index} still keeps what replicas need`);
    await wait(POLL_MS, undefined, { signal: stop });
  }
}
