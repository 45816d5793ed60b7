/**
 * `npm run bench:store`: what an event of about 1 KB takes of the disk, merged: as raw NDJSON, the same gzipped, in an
 * index with the verbatim string alone, and in the index that the indexer makes, and there by feature of the search. What
 * the terms of each feature take is measured in a third index, where they are apart.
 *
 * Elasticsearch is of this run alone. Every event has to be in both indices at the end. Prints tables and keeps the raw
 * values (BENCH_RESULTS); docs/performance.md has the settings.
 */
import { createHash } from 'node:crypto';
import { createGzip } from 'node:zlib';
import { EVENT_FIELD } from '@auditbox/fhir-core';
import { connectElastic } from '@auditbox/indexer/elastic/client';
import { eventIndex } from '@auditbox/indexer/elastic/event-index';
import { toDocument } from '@auditbox/indexer/to-document';
import { freshFolder, openToolbox, startElasticsearch } from '@auditbox/local';
import { openResults } from '../results/results-file.ts';
import { tableOf } from '../results/table.ts';
import { runBench } from '../run-bench.ts';
import { say } from '../say.ts';
import { realisticRecordOf } from '../scaling/records.ts';
import type { DataSet } from '../search/facts.ts';
import { APART_MAPPING, termsApart } from './apart.ts';
import { diskUsage } from './disk-usage.ts';
import { type Cost, costsOf, costsOfTerms } from './features.ts';
import { fill, mergeToOne, type Source } from './fill.ts';
import { type Sizes, scoresOf, tablesOf } from './report.ts';
import { readStoreSettings, type StoreSettings } from './settings.ts';

const WHOLE = 'bench-store';
const VERBATIM = 'bench-store-verbatim';
const APART = 'bench-store-apart';

const INDEX_SETTINGS = { indexPrefix: WHOLE, indexShards: 1, indexReplicas: 0, refreshIntervalMs: 1000 };

const GZIP_LEVEL = 6;

await runBench((stop) => run(readStoreSettings(process.env), stop));

async function run({ events, seed }: StoreSettings, stop: AbortSignal): Promise<void> {
  const data = { seed, count: events };
  await using stack = new AsyncDisposableStack();
  const { path: folder } = stack.use(freshFolder('auditbox-store'));
  const toolbox = await openToolbox({ runFolder: folder, stop });
  const elastic = stack.use(await startElasticsearch({ folder, toolbox, stop }));
  const client = stack.adopt(await connectElastic({ node: elastic.uri }), (each) => each.close());
  const { settings, mappings } = eventIndex(INDEX_SETTINGS);
  await client.indices.create({ index: WHOLE, settings, mappings });
  // Without the fields that it is sorted by; the events come in the order of their time.
  const { sort: _, ...unsorted } = settings;
  await client.indices.create({
    index: VERBATIM,
    settings: unsorted,
    mappings: { dynamic: 'strict', properties: { [EVENT_FIELD]: mappings.properties[EVENT_FIELD]! } },
  });
  await client.indices.create({ index: APART, settings: unsorted, mappings: APART_MAPPING });

  say(`${events.toLocaleString('en')} events of seed ${seed}`);
  const { raw, gzip } = await plainSizes(data);
  await fill(client, VERBATIM, verbatimOf(data), stop);
  await fill(client, WHOLE, documentsOf(data), stop);
  await fill(client, APART, termsApart(documentsOf(data)), stop);
  say('merging');
  for (const index of [VERBATIM, WHOLE, APART]) await mergeToOne(client, index, events, stop);
  const verbatim = await diskUsage(client, VERBATIM, stop);
  const whole = await diskUsage(client, WHOLE, stop);
  const apart = await diskUsage(client, APART, stop);
  const each = (bytes: number) => Math.round((bytes / events) * 10) / 10;
  report({ raw: each(raw), gzip: each(gzip), verbatim: each(verbatim.bytes), index: each(whole.bytes) }, [
    ...costsOf(whole.fields, events),
    ...costsOfTerms(apart.fields, events),
  ]);
}

/** As a file of one event a line. */
async function plainSizes(data: DataSet): Promise<{ raw: number; gzip: number }> {
  const gzip = createGzip({ level: GZIP_LEVEL });
  const sizes = { raw: 0, gzip: 0 };
  gzip.on('data', (chunk: Buffer) => (sizes.gzip += chunk.length));
  for (let n = 0; n < data.count; n++) {
    const line = Buffer.concat([realisticRecordOf(data, n).value, Buffer.from('\n')]);
    sizes.raw += line.length;
    if (!gzip.write(line)) await new Promise((resolve) => gzip.once('drain', resolve));
  }
  await new Promise<void>((resolve) => gzip.once('end', resolve).end());
  return sizes;
}

function* verbatimOf(data: DataSet): Generator<Source> {
  for (let n = 0; n < data.count; n++) {
    const { key, value } = realisticRecordOf(data, n);
    yield { id: key, source: JSON.stringify({ [EVENT_FIELD]: value.toString() }) };
  }
}

function* documentsOf(data: DataSet): Generator<Source> {
  for (let n = 0; n < data.count; n++) {
    const made = toDocument(realisticRecordOf(data, n), sha256);
    if ('unindexable' in made) throw new Error(`bench: event ${n} can not be indexed: ${made.unindexable}`);
    yield made.document;
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function report(sizes: Sizes, costs: readonly Cost[]): void {
  const results = openResults('store', process.env);
  const features = Object.fromEntries(costs.map(({ name, bytes }) => [name, bytes]));
  results.add({ variant: 'sizes', round: 0, figures: sizes });
  results.add({ variant: 'features', round: 0, figures: features });
  const scores = scoresOf(sizes);
  for (const score of scores) results.score(score);
  process.stdout.write(`\n${tablesOf(sizes, costs)}\n\n${tableOf(scores)}\n\n`);
  say(`raw values: ${results.path}`);
}
