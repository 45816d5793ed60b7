/** An event is found by the id that its sender had given it, as long as that id is what is asked for, exactly. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { postBundle, type Resource, search, total } from '../src/client.ts';
import { PAGE_EVENT } from '../src/events.ts';
import { eventually } from '../src/eventually.ts';
import { type Pipeline, startPipeline } from '../src/pipeline.ts';

let pipeline: Pipeline;
let stored: readonly Resource[];

beforeAll(async () => {
  pipeline = await startPipeline({ kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') });
  const sent = [{ id: 'Sent-1', meta: { versionId: '7' } }, { id: 'sent-2' }, {}];
  stored = await postBundle(
    `${pipeline.url}/`,
    sent.map((own) => ({ ...PAGE_EVENT, ...own })),
  );
  await eventually(
    'all are found',
    () => total(pipeline.url),
    (found) => found === sent.length,
  );
});
afterAll(() => pipeline?.[Symbol.asyncDispose]());

/** Which of the events that were sent are found, by their place. */
async function found(query: string): Promise<number[]> {
  const { entry = [] } = await search(pipeline.url, query);
  const ids = entry.map(({ resource }) => resource.id);
  return stored.flatMap(({ id }, place) => (ids.includes(id) ? [place] : []));
}

describe('sender-id', () => {
  it.each([
    ['sender-id=Sent-1', [0]],
    ['sender-id=sent-2,Sent-1', [0, 1]],
    ['sender-id=sent-1', []],
    ['sender-id=Sent', []],
    ['sender-id=7', []],
    ['sender-id:missing=true', [2]],
    ['sender-id:missing=false', [0, 1]],
    ['sender-id=Sent-1&sender-id=sent-2', []],
  ])('%s finds %j', async (query, places) => expect(await found(query)).toEqual(places));

  it('is not the id that the repository gave, nor the other way round', async () => {
    const [first] = stored;
    expect(await found(`sender-id=${first?.id}`)).toEqual([]);
    expect(await found('_id=Sent-1')).toEqual([]);
    expect(await found(`_id=${first?.id}`)).toEqual([0]);
  });

  it('is described where it says that it is', async () => {
    const bundle = await search(pipeline.url, 'sender-id=Sent-1');
    expect(bundle.link?.[0]?.url).toContain('sender-id=Sent-1');
    const response = await fetch(`${pipeline.url}/SearchParameter/AuditEvent-sender-id`);
    const { url } = (await response.json()) as { url: string };
    expect(new URL(url).pathname).toBe('/SearchParameter/AuditEvent-sender-id');
  });
});
