/** Events of applications that do not speak FHIR, from their POST to the trail: the same promises as for FHIR's. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { canonicalForm } from '@auditbox/fhir-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { search } from '../src/client.ts';
import { eventually } from '../src/eventually.ts';
import { type Pipeline, startPipeline } from '../src/pipeline.ts';
import { equal, given } from '../src/verify-pipeline.ts';

/** The curl of auditr's page, with values. */
const EVENT = {
  ...{ org_id: 'clinic-7', action: 'record.view', action_result: 'success', actor_id: 'u-1' },
  ...{
    actor_type: 'user',
    actor_email: 'jsmith@example.com',
    actor_name: 'Jo Smith',
    client_ip: '203.0.113.7',
  },
  ...{ request_method: 'GET', request_path: '/records/9', response_status: 200 },
  occurred_at: '2023-11-07T05:31:56Z',
};

type Answer = Record<string, unknown> & { readonly id: string };

let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await startPipeline({ kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') });
});
afterAll(() => pipeline?.[Symbol.asyncDispose]());

const send = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${pipeline.url}/api/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  });
const sent = async (body: unknown, headers: Record<string, string> = {}): Promise<Answer> => {
  const response = await send(body, headers);
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
};
const found = (id: string) =>
  eventually(
    'it is found',
    () => search(pipeline.url, `_id=${id}`),
    ({ entry = [] }) => entry.length === 1,
  );

describe('an event', () => {
  it('is answered with its id and its fingerprint, which anyone can compute again', async () => {
    const { id, sha256, ...event } = await sent(EVENT);
    expect(event).toMatchObject(EVENT);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(sha256).toBe(createHash('sha256').update(canonicalForm(EVENT)).digest('hex'));
  });

  it.each([
    ['the action', (org: string) => `subtype=record.view&source:identifier=${org}`],
    ['the actor', (org: string) => `agent:identifier=u-1&source:identifier=${org}`],
    [
      "the actor's name and address",
      (org: string) => `agent-name=jo&address=203.0.113.7&source:identifier=${org}`,
    ],
    ['its day and outcome', (org: string) => `date=2023-11-07&outcome=0&source:identifier=${org}`],
    ['its path', (org: string) => `entity-name=/records/9&source:identifier=${org}`],
    ['what R4 calls a GET', (org: string) => `action=R&source:identifier=${org}`],
  ])('is found by FHIR search for %s', async (what, query) => {
    const org_id = `org of ${what}`;
    const { id } = await sent({ ...EVENT, org_id });
    await found(id);
    const { entry = [] } = await search(pipeline.url, query(encodeURIComponent(org_id)));
    expect(entry.map(({ resource }) => resource.id)).toEqual([id]);
  });

  it('is one under its Idempotency-Key, and two without', async () => {
    const key = { 'idempotency-key': 'k-1' };
    const event = { ...EVENT, org_id: 'idempotent' };
    const [first, again] = [await sent(event, key), await sent(event, key)];
    const [one, other] = [await sent(event), await sent(event)];
    expect(again).toEqual(first);
    expect(other.id).not.toBe(one.id);
    expect((await sent({ ...event, action: 'other' }, key)).id).not.toBe(first.id);
  });

  it('may come compressed', async () => {
    const body = gzipSync(JSON.stringify(EVENT));
    expect((await sent(body, { 'content-encoding': 'gzip' })).actor_id).toBe('u-1');
  });
});

describe('several events', () => {
  const events = [EVENT, { ...EVENT, actor_type: 'robot' }, { ...EVENT, action: 'record.edit' }];

  it('are answered one by one, in their order: an array', async () => {
    const answers = (await sent(events)) as unknown as Answer[];
    expect(answers).toMatchObject([
      { status: 200, event: { action: 'record.view' } },
      { status: 400, error: { code: 'invalid', fields: [{ field: 'actor_type' }] } },
      { status: 200, event: { action: 'record.edit' } },
    ]);
  });

  it('are answered one by one, in their order: a line each', async () => {
    const lines = `${events.map((event) => JSON.stringify(event)).join('\r\n')}\n\n{"org_id":\n`;
    const response = await send(lines, { 'content-type': 'application/x-ndjson' });
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    const answers = (await response.text())
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Answer);
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 200, 400]);
  });

  it('are each their own under one Idempotency-Key', async () => {
    const same = [EVENT, EVENT].map((event) => ({ ...event, org_id: 'twins' }));
    const key = { 'idempotency-key': 'k-2' };
    const ids = async () =>
      ((await sent(same, key)) as unknown as { event: Answer }[]).map(({ event }) => event.id);
    const first = await ids();
    expect(new Set(first).size).toBe(2);
    expect(await ids()).toEqual(first);
  });
});

describe('what is refused', () => {
  it('names each field, and keeps to the form of this API', async () => {
    const { org_id: _org_id, ...event } = EVENT;
    const response = await send({ ...event, client_ip: 'here', colour: 'red' });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/json');
    const { error } = (await response.json()) as { error: { fields: { field: string }[] } };
    expect(error).toMatchObject({ code: 'invalid', request_id: response.headers.get('x-request-id') });
    expect(error.fields.map(({ field }) => field)).toEqual(['org_id', 'client_ip', 'colour']);
  });

  it.each<[what: string, body: unknown, headers: Record<string, string>, status: number, code: string]>([
    ['no JSON', '{', {}, 400, 'invalid'],
    ['nothing', '', {}, 400, 'invalid'],
    ['an empty array', '[]', {}, 400, 'invalid'],
    ['no line', '\n\n', { 'content-type': 'application/x-ndjson' }, 400, 'invalid'],
    ['a key that stands twice', '{"org_id":"a","org_id":"b"}', {}, 400, 'invalid'],
    ['another type', 'x', { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
    [
      'another charset',
      '{}',
      { 'content-type': 'application/json; charset=latin1' },
      415,
      'unsupported_media_type',
    ],
    ['a key that is none', EVENT, { 'idempotency-key': ' ' }, 400, 'invalid'],
    ['too many events', `[${'{},'.repeat(100_000)}{}]`, {}, 413, 'too_large'],
  ])('%s', async (_what, body, headers, status, code) => {
    const response = await send(body, headers);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code, message: expect.any(String) } });
  });

  it.each([
    ['PUT', '/api/events', 405, 'method_not_allowed'],
    ['GET', '/api/nothing', 404, 'not_found'],
  ])('%s %s', async (method, path, status, code) => {
    const response = await fetch(`${pipeline.url}${path}`, { method });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code } });
  });
});

it('all of it is in the log once, and the store equals the log', async () => {
  const report = await equal(pipeline.environment);
  expect(Object.keys(given(report)).toSorted()).toEqual(['repeat', 'stored']);
  // The same events again under their keys.
  expect(report.verdicts.repeat).toBe(3);
});
