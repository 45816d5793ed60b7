/** Sent again is stored once: across gateways, at the same time, after restarts; and nothing else is taken for the same. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Bundle, post, postBundle, type Resource } from '../src/client.ts';
import { generatedEvent, keyOf, uuidV7 } from '../src/generated-events.ts';
import { type ProcessPipeline, startProcesses } from '../src/process-pipeline.ts';
import type { ServiceProcess } from '../src/service-process.ts';
import { storedEvents } from '../src/stored-events.ts';

const ENTRIES = 200;
const TIMES = 20;

let pipeline: ProcessPipeline;
let gateways: readonly ServiceProcess[] = [];

const startGateways = async (): Promise<void> => {
  gateways = await Promise.all([pipeline.startGateway(), pipeline.startGateway()]);
};
const endGateways = async (): Promise<void> => {
  await Promise.all(gateways.map((gateway) => gateway.end('SIGTERM')));
};
const urlOf = (turn: number): string => gateways[turn % gateways.length]?.url ?? '';

beforeAll(async () => {
  pipeline = await startProcesses({
    kafkaBrokers: inject('kafkaBrokers'),
    elasticUri: inject('elasticUri'),
  });
  await startGateways();
});
afterAll(async () => {
  await endGateways();
  await pipeline?.[Symbol.asyncDispose]();
});

const storedOf = async (sender: string): Promise<readonly Resource[]> =>
  (await storedEvents(pipeline.queryUrl, pipeline.environment, [sender])).events;

/** Posts the body 20 times at once, every second time through the other gateway; the ids of each answer. */
async function postAtOnce(body: string): Promise<readonly (readonly string[])[]> {
  return await Promise.all(
    Array.from({ length: TIMES }, async (_, turn) => {
      const response = await post(`${urlOf(turn)}/`, body);
      expect(response.status).toBe(201);
      return ((await response.json()) as Bundle).entry?.map(({ resource }) => resource.id) ?? [];
    }),
  );
}

async function readIds(ids: readonly string[]): Promise<readonly number[]> {
  return await Promise.all(
    ids.map(async (id, turn) => {
      const response = await fetch(`${urlOf(turn)}/AuditEvent/${id}`);
      await response.body?.cancel();
      return response.status;
    }),
  );
}

describe(`the same Bundle, ${TIMES} times at once through two gateways`, () => {
  const events = Array.from({ length: ENTRIES }, (_, n) =>
    generatedEvent({ sender: 'resent', key: `resent-${n}`, id: uuidV7() }),
  );
  const body = JSON.stringify({
    resourceType: 'Bundle',
    type: 'collection',
    entry: events.map((resource) => ({ resource })),
  });
  const keys = events.map(({ agent }) => agent[0].altId).toSorted();
  let ids: readonly string[] = [];

  it('is answered with the same ids each time, and each event is found once', async () => {
    const answers = await postAtOnce(body);
    ids = answers[0] ?? [];
    expect(new Set(ids).size).toBe(ENTRIES);
    for (const answer of answers) expect(answer).toEqual(ids);

    const stored = await storedOf('resent');
    expect(stored.map(keyOf).toSorted()).toEqual(keys);
    expect(stored.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect(await readIds(ids)).toEqual(ids.map(() => 200));
  });

  it('is still the same after both gateways were started anew', async () => {
    await endGateways();
    await startGateways();
    for (const answer of await postAtOnce(body)) expect(answer).toEqual(ids);
    expect((await storedOf('resent')).map(keyOf).toSorted()).toEqual(keys);
    expect(await readIds(ids)).toEqual(ids.map(() => 200));
  });

  it('is the same events one by one', async () => {
    const alone = await Promise.all(
      events.slice(0, TIMES).map(async (event, turn) => {
        const response = await post(`${urlOf(turn)}/AuditEvent`, event);
        expect(response.status).toBe(201);
        return ((await response.json()) as Resource).id;
      }),
    );
    expect(alone).toEqual(ids.slice(0, TIMES));
    expect((await storedOf('resent')).map(keyOf).toSorted()).toEqual(keys);
  });
});

describe('what is one event and what is two', () => {
  it('the same id with other content is two', async () => {
    const id = uuidV7();
    const first = generatedEvent({ sender: 'reused', key: 'reused-1', id });
    const second = generatedEvent({ sender: 'reused', key: 'reused-2', id });
    const [one] = await postBundle(`${urlOf(0)}/`, [first]);
    const [two] = await postBundle(`${urlOf(1)}/`, [second]);
    expect(two?.id).not.toBe(one?.id);
    expect((await storedOf('reused')).map(keyOf).toSorted()).toEqual(['reused-1', 'reused-2']);
  });

  it('two equal events without ids are two, in one Bundle and in two requests', async () => {
    const event = generatedEvent({ sender: 'nameless', key: 'nameless' });
    const answers = [
      ...(await postBundle(`${urlOf(0)}/`, [event, event])),
      ...(await postBundle(`${urlOf(1)}/`, [event])),
    ];
    expect(new Set(answers.map(({ id }) => id)).size).toBe(3);
    expect((await storedOf('nameless')).map(({ id }) => id).toSorted()).toEqual(
      answers.map(({ id }) => id).toSorted(),
    );
  });

  it('two equal entries with the same id in one Bundle are one', async () => {
    const event = generatedEvent({ sender: 'twice', key: 'twice', id: uuidV7() });
    const answers = await postBundle(`${urlOf(0)}/`, [event, event]);
    expect(answers).toHaveLength(2);
    expect(answers[1]?.id).toBe(answers[0]?.id);
    expect((await storedOf('twice')).map(({ id }) => id)).toEqual([answers[0]?.id]);
  });
});
