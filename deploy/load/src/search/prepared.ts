/**
 * An Elasticsearch of this run's own that holds the data set. What an earlier run left in the folder is used again
 * where it is the same to the byte: same events, same documents, same settings and mapping. Otherwise it is made anew.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectElastic } from '@auditbox/indexer/elastic/client';
import { eventIndex } from '@auditbox/indexer/elastic/event-index';
import { prepareEventIndices } from '@auditbox/indexer/elastic/event-indices';
import { freshFolder, startElasticsearch } from '@auditbox/local';
import { type Client, dropIndices, quiet } from '../indices.ts';
import { say } from '../say.ts';
import { documentOf, INDEX_PREFIX, INDEX_SETTINGS, sha256 } from './document.ts';
import type { DataSet } from './facts.ts';
import { load } from './load.ts';

/** What `npm start` gives it. */
const HEAP = '1g';
/** Documents that stand for all in the comparison with an earlier run. */
const SAMPLE = 500;

export type Prepared = AsyncDisposable & {
  readonly elasticUri: string;
  readonly elasticPid: number | undefined;
  /** Seconds that the filling took; undefined where the data were there. */
  readonly loadSeconds: number | undefined;
  /** Of all indices, on disk. */
  readonly bytes: number;
  readonly segments: number;
};

export async function prepare(
  data: DataSet,
  dataFolder: string | undefined,
  stop: AbortSignal,
): Promise<Prepared> {
  await using opening = new AsyncDisposableStack();
  const folder = dataFolder ?? opening.use(freshFolder('auditbox-bench')).path;
  if (dataFolder !== undefined) open(dataFolder);
  const node = opening.use(await startElasticsearch({ folder, heap: HEAP, stop }));
  const client = opening.adopt(await connectElastic({ node: node.uri }), (each) => each.close());
  const loadSeconds = await fill(data, join(folder, 'loaded'), client, node.uri, stop);
  say('waiting for merges to end');
  const { _all } = await quiet(client, `${INDEX_PREFIX}-*`, stop);
  const opened = opening.move();
  return {
    elasticUri: node.uri,
    elasticPid: node.pid,
    loadSeconds,
    bytes: _all.primaries?.store?.size_in_bytes ?? 0,
    segments: _all.primaries?.segments?.count ?? 0,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** Elasticsearch's own user has to be able to enter it; a folder that another node holds, Elasticsearch refuses. */
function open(folder: string): void {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
}

async function fill(
  data: DataSet,
  marker: string,
  client: Client,
  uri: string,
  stop: AbortSignal,
): Promise<number | undefined> {
  const fingerprint = sha256(JSON.stringify([data, sample(data), eventIndex(INDEX_SETTINGS)]));
  if (existsSync(marker) && readFileSync(marker, 'utf8') === fingerprint) return undefined;
  rmSync(marker, { force: true });
  await dropIndices(client, `${INDEX_PREFIX}-`);
  await prepareEventIndices(client, INDEX_SETTINGS);
  const seconds = await load(data, uri, stop);
  await client.indices.refresh({ index: `${INDEX_PREFIX}-*` });
  await client.indices.flush({ index: `${INDEX_PREFIX}-*` });
  writeFileSync(marker, fingerprint);
  return seconds;
}

function sample(data: DataSet): string[] {
  const step = Math.max(1, Math.floor(data.count / SAMPLE));
  return Array.from({ length: Math.min(SAMPLE, data.count) }, (_, i) =>
    documentOf(data, i * step).source.toString(),
  );
}
