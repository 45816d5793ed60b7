/** Acknowledged is never lost, stored once: the indexer dies in the middle and the store equals what was acknowledged. */
import { describe, expect, inject, it } from 'vitest';
import { postBundle, search, total } from '../src/client.ts';
import { PAGE_EVENT } from '../src/events.ts';
import { eventually } from '../src/eventually.ts';
import { type Pipeline, startPipeline } from '../src/pipeline.ts';
import { type ServiceProcess, startService } from '../src/service-process.ts';

const EVENTS = 20_000;
const BUNDLE_SIZE = 500;
/** How many months the events are spread over, so that several indices are written. */
const MONTHS = 4;

const parts = { kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') };

/** Posts all events; the ids that were acknowledged. */
async function postAll(url: string): Promise<string[]> {
  const ids: string[] = [];
  for (let sent = 0; sent < EVENTS; sent += BUNDLE_SIZE) {
    const events = Array.from({ length: BUNDLE_SIZE }, (_, i) => ({
      ...PAGE_EVENT,
      recorded: new Date(Date.UTC(2026, (sent / BUNDLE_SIZE) % MONTHS, 1) + (sent + i) * 1000).toISOString(),
    }));
    ids.push(...(await postBundle(`${url}/`, events)).map(({ id }) => id));
  }
  return ids;
}

/** Every id that a search finds, once for each time that it is found. */
async function foundIds(url: string): Promise<string[]> {
  const ids: string[] = [];
  for (let month = 0; month < MONTHS; month++) {
    const of = `date=ge2026-0${month + 1}&date=lt2026-0${month + 2}`;
    for (let offset = 0; ; offset += 1000) {
      const { entry = [] } = await search(url, `${of}&_count=1000&_offset=${offset}`);
      ids.push(...entry.map(({ resource }) => resource.id));
      if (entry.length < 1000) break;
    }
  }
  return ids;
}

/** Waits until everything is found, then holds the store against what was acknowledged. */
async function expectEachOnce(url: string, acknowledged: readonly string[]): Promise<void> {
  await eventually(
    'all events are found',
    () => total(url),
    (found) => found >= acknowledged.length,
    120_000,
  );
  expect(await total(url)).toBe(EVENTS);
  expect((await foundIds(url)).toSorted()).toEqual(acknowledged.toSorted());
}

const startIndexer = (pipeline: Pipeline): Promise<ServiceProcess> =>
  startService('indexer', pipeline.environment);

describe(`of ${EVENTS} acknowledged events, each is found once`, () => {
  it('when the indexer is killed in the middle, twice', async () => {
    await using pipeline = await startPipeline(parts, { indexer: false });
    const acknowledged = await postAll(pipeline.url);
    for (const killAt of [1, EVENTS / 8]) {
      await using indexer = await startIndexer(pipeline);
      await eventually(
        'it is in the middle',
        () => total(pipeline.url),
        (found) => found >= killAt,
        60_000,
      );
      await indexer.end('SIGKILL');
      expect(await total(pipeline.url)).toBeLessThan(EVENTS);
    }
    await using _last = await startIndexer(pipeline);
    await expectEachOnce(pipeline.url, acknowledged);
  });

  it('when of three replicas one is killed and one is stopped in the middle', async () => {
    await using pipeline = await startPipeline(parts, { indexer: false });
    await using first = await startIndexer(pipeline);
    await using second = await startIndexer(pipeline);
    await using _third = await startIndexer(pipeline);
    const posting = postAll(pipeline.url);
    await eventually(
      'it is in the middle',
      () => total(pipeline.url),
      (found) => found >= EVENTS / 10,
      60_000,
    );
    await first.end('SIGKILL');
    await second.end('SIGTERM');
    await expectEachOnce(pipeline.url, await posting);
  });
});
