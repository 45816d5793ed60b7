/**
 * A forwarder whose events are not all valid, on the real parts: nothing is lost, nothing has to be sent again, and
 * an operator can let what was set aside become what it was meant to be.
 */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Resource, search, total } from '../src/client.ts';
import { PAGE_EVENT } from '../src/events.ts';
import { eventually } from '../src/eventually.ts';
import { type Pipeline, startPipeline } from '../src/pipeline.ts';

type Item = {
  readonly id: string;
  readonly reason: string;
  readonly place?: string;
  readonly state: string;
  readonly senderId?: string;
  readonly issues: readonly { readonly code: string }[];
};
type Listing = { readonly total: number; readonly items: readonly Item[] };

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline({ kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') });
});
afterAll(() => pipeline?.[Symbol.asyncDispose]());

const LENIENT = { 'content-type': 'application/fhir+json', 'auditbox-on-invalid': 'quarantine' };
const { recorded: _recorded, ...withoutRecorded } = PAGE_EVENT;

const send = (path: string, body: string | object, headers: Record<string, string> = LENIENT) =>
  fetch(`${pipeline.url}${path}`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const list = async (query: string): Promise<Listing> => {
  const response = await fetch(`${pipeline.url}/quarantine?${query}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Listing;
};
const heldWhere = (query: string, holds: (item: Item) => boolean) =>
  eventually(
    `an item of ${query} is listed`,
    async () => (await list(query)).items.find(holds),
    (item) => item !== undefined,
  ) as Promise<Item>;

describe('a Bundle of which an entry is not valid', () => {
  const tag = { tag: [{ code: 'mixed' }] };
  const invalid = { ...withoutRecorded, id: 'mixed-2', meta: tag };
  const body = {
    resourceType: 'Bundle',
    type: 'collection',
    entry: [{ resource: { ...PAGE_EVENT, id: 'mixed-1', meta: tag } }, { resource: invalid }],
  };

  it('is taken: the valid one is stored, the other set aside once, however often it is sent', async () => {
    for (let time = 0; time < 3; time++) {
      const response = await send('/', body);
      expect(response.status).toBe(201);
      const { entry } = (await response.json()) as { entry: { resource: Resource }[] };
      expect(entry.map(({ resource }) => resource.resourceType)).toEqual(['AuditEvent', 'OperationOutcome']);
    }
    const item = await heldWhere('reason=invalid-event', ({ senderId }) => senderId === 'mixed-2');
    expect(item).toMatchObject({
      place: 'Bundle.entry[1].resource',
      state: 'held',
      issues: [{ code: 'required', expression: ['Bundle.entry[1].resource.recorded'] }],
    });
    const content = await fetch(`${pipeline.url}/quarantine/${item.id}/content`);
    expect(await content.text()).toBe(JSON.stringify(invalid));
    await send('/AuditEvent', { ...PAGE_EVENT, meta: { tag: [{ code: 'after-mixed' }] } });
    await eventually(
      'what was sent after it is found',
      () => total(pipeline.url, '_tag=after-mixed'),
      (n) => n === 1,
    );
    // It may be in another partition than what was sent before it.
    await eventually(
      'the valid one is found, once',
      () => total(pipeline.url, '_tag=mixed'),
      (n) => n === 1,
    );
    expect(
      (await list('reason=invalid-event')).items.filter(({ senderId }) => senderId === 'mixed-2'),
    ).toHaveLength(1);
  });

  it('is released with a correction, under the id that it had from the start, and once', async () => {
    const item = await heldWhere('reason=invalid-event', ({ senderId }) => senderId === 'mixed-2');
    const stillWrong = await send(`/quarantine/${item.id}/release`, '');
    expect(stillWrong.status).toBe(400);
    expect(await stillWrong.json()).toMatchObject({ issue: [{ code: 'required' }] });

    const corrected = await send(`/quarantine/${item.id}/release`, {
      ...invalid,
      recorded: '2026-01-16T16:03:16Z',
    });
    expect(corrected.status).toBe(201);
    expect(await corrected.json()).toMatchObject({ resourceType: 'AuditEvent', id: item.id });
    const { entry } = await eventually(
      'it is found beside the other',
      () => search(pipeline.url, '_tag=mixed'),
      (bundle) => bundle.total === 2,
    );
    expect(entry?.map(({ resource }) => resource.id)).toContain(item.id);

    await eventually(
      'the item is released',
      async () => (await fetch(`${pipeline.url}/quarantine/${item.id}`)).json() as Promise<Item>,
      ({ state }) => state === 'released',
    );
    expect((await list('state=held&reason=invalid-event')).items.map(({ id }) => id)).not.toContain(item.id);
    expect((await send(`/quarantine/${item.id}/release`, '')).status).toBe(409);
    // The original is kept as it was.
    const content = await fetch(`${pipeline.url}/quarantine/${item.id}/content`);
    expect(await content.text()).toBe(JSON.stringify(invalid));
  });
});

describe('a body that is no JSON', () => {
  it('is set aside whole, to the byte, and can be released as the Bundle that it should have been', async () => {
    const broken = '{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"id":"\u00fc';
    for (let time = 0; time < 2; time++) {
      const response = await send('/', broken);
      expect(response.status).toBe(201);
      expect(await response.json()).toMatchObject({
        resourceType: 'OperationOutcome',
        issue: [{ severity: 'warning' }, { severity: 'error' }],
      });
    }
    const item = await heldWhere('reason=not-json', () => true);
    expect((await list('reason=not-json')).total).toBe(1);
    const content = await fetch(`${pipeline.url}/quarantine/${item.id}/content`);
    expect(await content.text()).toBe(broken);

    const meta = { tag: [{ code: 'mended' }] };
    const mended = {
      resourceType: 'Bundle',
      type: 'collection',
      entry: [{ resource: { ...PAGE_EVENT, meta } }, { resource: { ...PAGE_EVENT, meta, action: 'C' } }],
    };
    expect((await send(`/quarantine/${item.id}/release`, mended)).status).toBe(201);
    await eventually(
      'its events are found',
      () => total(pipeline.url, '_tag=mended'),
      (n) => n === 2,
    );
  });
});

describe('without being asked', () => {
  it('the gateway refuses what is not valid, and an unknown word in the header', async () => {
    const strict = { 'content-type': 'application/fhir+json' };
    expect((await send('/AuditEvent', withoutRecorded, strict)).status).toBe(400);
    const unknown = { ...strict, 'auditbox-on-invalid': 'ignore' };
    expect((await send('/AuditEvent', PAGE_EVENT, unknown)).status).toBe(400);
  });

  it('there is nothing to release under an unknown id', async () => {
    expect((await send('/quarantine/019bc78b-f1a0-8fff-bfff-ffffffffffff/release', '')).status).toBe(404);
    expect((await send('/quarantine/nonsense/release', '')).status).toBe(404);
  });
});
