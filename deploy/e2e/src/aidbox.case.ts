/** What Aidbox needs of an audit repository, whichever way it sends: one suite for both forms. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { aidboxEvents, fixtureEvents } from './aidbox-events.ts';
import {
  type AidboxEvent,
  BATCH_COUNT,
  type Delivery,
  type ForwarderForm,
  forward,
} from './aidbox-forwarder.ts';
import type { Resource } from './client.ts';
import { startCuttingProxy } from './cutting-proxy.ts';
import { type Pipeline, startPipeline } from './pipeline.ts';
import { storedEvents } from './stored-events.ts';

/** Several batches of either form, and one that is not full. */
const EVENTS = 2_100;
/** Answers that are lost, one after the other. */
const LOST = 4;
const DEADLINE_MS = 120_000;

export function describeForwarder(form: ForwarderForm): void {
  let pipeline: Pipeline;

  beforeAll(async () => {
    pipeline = await startPipeline({
      kafkaBrokers: inject('kafkaBrokers'),
      elasticUri: inject('elasticUri'),
    });
  });
  afterAll(() => pipeline?.[Symbol.asyncDispose]());

  const send = (events: readonly AidboxEvent[], url = pipeline.url): Promise<readonly Delivery[]> =>
    forward(events, {
      url: `${url}/`,
      form,
      headers: { 'x-audit-source': 'aidbox' },
      signal: AbortSignal.timeout(DEADLINE_MS),
    });

  const storedOf = async (sender: string): Promise<readonly Resource[]> =>
    (await storedEvents(pipeline.url, pipeline.environment, [sender])).events;

  describe(`a ${form} of Aidbox`, () => {
    it('with the events of HAPI and Keycloak is taken at once, and they come back as they were', async () => {
      const events = fixtureEvents('fixtures');
      const deliveries = await send(events);
      expect(deliveries).toHaveLength(Math.ceil(events.length / BATCH_COUNT[form]));
      for (const { statuses } of deliveries) expect(statuses).toEqual([201]);
      const stored = await storedOf('fixtures');
      expect(stored.map(contentOf).toSorted()).toEqual(events.map(contentOf).toSorted());
    });

    it(`of ${BATCH_COUNT[form]} events of 2 KB fits, batch after batch`, async () => {
      const events = aidboxEvents('batches', EVENTS);
      const deliveries = await send(events);
      expect(deliveries).toHaveLength(Math.ceil(EVENTS / BATCH_COUNT[form]));
      for (const { statuses } of deliveries) expect(statuses).toEqual([201]);
      expect((await storedOf('batches')).map(contentOf).toSorted()).toEqual(events.map(contentOf).toSorted());
    });

    it('whose answer is lost is sent again until it is answered, and nothing is doubled', async () => {
      const events = aidboxEvents('lost', 2 * BATCH_COUNT[form]);
      await using proxy = await startCuttingProxy(pipeline.url, (connection) =>
        connection < LOST ? 'cut-answer' : 'pass',
      );
      const deliveries = await send(events, proxy.url);
      const [first, second] = deliveries;
      expect(first?.statuses).toEqual([0, 0, 0, 0, 201]);
      expect(second?.statuses).toEqual([201]);
      expect((await storedOf('lost')).map(contentOf).toSorted()).toEqual(events.map(contentOf).toSorted());
    });
  });
}

/** All of an event but the values that are the repository's, as text; the order of its members is its own. */
function contentOf(event: object): string {
  const { id: _id, meta, ...rest } = event as Resource & { meta?: Record<string, unknown> };
  const { lastUpdated: _lastUpdated, versionId: _versionId, ...others } = meta ?? {};
  return JSON.stringify(sorted({ ...rest, meta: others }));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}
