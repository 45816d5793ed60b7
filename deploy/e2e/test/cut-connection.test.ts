/** A connection that ends too early, on either side of the publish: sent again is stored once, half sent is not stored. */
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { post, postBundle } from '../src/client.ts';
import { type CuttingProxy, type Fate, startCuttingProxy } from '../src/cutting-proxy.ts';
import { eventually } from '../src/eventually.ts';
import { generatedEvent, keyOf, uuidV7 } from '../src/generated-events.ts';
import { type Pipeline, startPipeline } from '../src/pipeline.ts';
import { storedEvents } from '../src/stored-events.ts';

const ENTRIES = 100;
/** Lost answers in a row, before one that arrives. */
const LOST = 3;

let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await startPipeline({ kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') });
});
afterAll(() => pipeline?.[Symbol.asyncDispose]());

const proxyWith = (fateOf: (connection: number) => Fate): Promise<CuttingProxy> =>
  startCuttingProxy(pipeline.url, fateOf);

const stored = (senders: readonly string[]) => storedEvents(pipeline.url, pipeline.environment, senders);

/** The keys of what is stored of this sender, in order. */
const keysOf = async (sender: string): Promise<readonly string[]> =>
  (await stored([sender])).events.map(keyOf).toSorted();

const whenCut = (proxy: CuttingProxy, times: number): Promise<unknown> =>
  eventually(
    'the gateway has let go of what was cut',
    async () => proxy.cuts(),
    (cuts) => cuts === times,
  );

function eventsOf(sender: string, withIds: boolean) {
  return Array.from({ length: ENTRIES }, (_, n) =>
    generatedEvent({ sender, key: `${sender}-${n}`, ...(withIds && { id: uuidV7() }) }),
  );
}

const collection = (events: readonly object[]): string =>
  JSON.stringify({
    resourceType: 'Bundle',
    type: 'collection',
    entry: events.map((resource) => ({ resource })),
  });

it('a Bundle whose answer is lost and that is sent again is stored once', async () => {
  await using proxy = await proxyWith((connection) => (connection < LOST ? 'cut-answer' : 'pass'));
  const events = eventsOf('lost-bundle', true);
  const body = collection(events);
  for (let n = 0; n < LOST; n++) await expect(post(`${proxy.url}/`, body)).rejects.toThrow('fetch failed');
  await whenCut(proxy, LOST);
  // Each was published before its answer was lost: this is what the last one must not double.
  expect(await keysOf('lost-bundle')).toEqual(events.map(({ agent }) => agent[0].altId).toSorted());
  const { records } = await stored([]);

  expect((await post(`${proxy.url}/`, body)).status).toBe(201);
  expect(await keysOf('lost-bundle')).toEqual(events.map(({ agent }) => agent[0].altId).toSorted());
  expect((await stored([])).records).toBe(records + ENTRIES);
});

it('an event whose answer is lost and that is sent again is stored once', async () => {
  await using proxy = await proxyWith((connection) => (connection < LOST ? 'cut-answer' : 'pass'));
  const event = generatedEvent({ sender: 'lost-event', key: 'lost-event', id: uuidV7() });
  const send = () => post(`${proxy.url}/AuditEvent`, event);
  for (let n = 0; n < LOST; n++) await expect(send()).rejects.toThrow('fetch failed');
  expect((await send()).status).toBe(201);
  await whenCut(proxy, LOST);
  expect(await keysOf('lost-event')).toEqual(['lost-event']);
});

it.each([
  ['right after its headers', 0],
  ['in the middle of its body', 0.5],
  ['one byte before its end', 1],
])('of a request that is cut %s, nothing is stored', async (_where, part) => {
  const sender = `cut-${part * 100}`;
  const body = collection(eventsOf(sender, false));
  const cutAfterBodyBytes = Math.floor((Buffer.byteLength(body) - 1) * part);
  await using proxy = await proxyWith(() => ({ cutAfterBodyBytes }));
  await expect(post(`${proxy.url}/`, body)).rejects.toThrow('fetch failed');
  await whenCut(proxy, 1);

  const [after] = await postBundle(`${pipeline.url}/`, [
    generatedEvent({ sender: `after-${sender}`, key: `after-${sender}` }),
  ]);
  const { events } = await stored([sender, `after-${sender}`]);
  expect(events.map(({ id }) => id)).toEqual([after?.id]);
});
