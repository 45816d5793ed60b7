/** From a POST to a search, on the real parts, with the public AuditEvents. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { post, postBundle, type Resource, search, total } from '../src/client.ts';
import { corpusTexts, PAGE_EVENT } from '../src/events.ts';
import { eventually } from '../src/eventually.ts';
import { type Pipeline, startPipeline } from '../src/pipeline.ts';

// biome-ignore lint/suspicious/noExplicitAny: the judge walks JSON that nothing has typed, on purpose
type Json = any;

let pipeline: Pipeline;
const sent = corpusTexts().map((text) => JSON.parse(text) as Json & object);
let stored: readonly Resource[];

beforeAll(async () => {
  pipeline = await startPipeline({ kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') });
  stored = await postBundle(`${pipeline.url}/`, sent);
  await eventually(
    'all of the corpus is found',
    () => total(pipeline.url),
    (found) => found === sent.length,
  );
});
afterAll(() => pipeline?.[Symbol.asyncDispose]());

/** What was sent of it: everything but the three values that are the repository's. */
function asSent({ id: _id, meta, ...rest }: Resource): object {
  const {
    lastUpdated: _lastUpdated,
    versionId: _versionId,
    ...others
  } = (meta ?? {}) as Record<string, unknown>;
  return Object.keys(others).length === 0 ? rest : { ...rest, meta: others };
}

describe('what comes back', () => {
  it('is what was sent, in the answer and in a read', async () => {
    for (const [i, event] of stored.entries()) {
      expect(asSent(event)).toEqual(asSent(sent[i] as unknown as Resource));
      const read = await fetch(`${pipeline.url}/AuditEvent/${event.id}`);
      expect(read.status).toBe(200);
      expect(read.headers.get('etag')).toBe('W/"1"');
      expect(await read.json()).toEqual(event);
    }
  });

  it('is the text that was answered, to the character: decimals, instants, Unicode', async () => {
    const text = JSON.stringify({
      ...PAGE_EVENT,
      recorded: '2026-01-16T17:03:16.120+01:00',
      outcomeDesc: 'é é 𝔘 \u2028',
    }).replace('"action"', '"extension":[{"url":"urn:x","valueDecimal":1.10}],"action"');
    const created = await post(`${pipeline.url}/AuditEvent`, text);
    const answered = await created.text();
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toMatch(/\/AuditEvent\/[0-9a-f-]{36}\/_history\/1$/);
    expect(answered).toContain('"valueDecimal":1.10');
    expect(answered).toContain('"recorded":"2026-01-16T17:03:16.120+01:00"');
    const { id } = JSON.parse(answered) as Resource;
    const found = await eventually(
      'the event is read',
      async () => (await fetch(`${pipeline.url}/AuditEvent/${id}`)).text(),
      (body) => !body.includes('OperationOutcome'),
    );
    expect(found).toBe(answered);
  });
});

describe('what is sent twice', () => {
  it('is stored once where it carries its sender’s id', async () => {
    const event = { ...PAGE_EVENT, id: 'sent-twice', meta: { tag: [{ code: 'sent-twice' }] } };
    const marker = { ...PAGE_EVENT, meta: { tag: [{ code: 'sent-after' }] } };
    const [first] = await postBundle(`${pipeline.url}/`, [event]);
    const [second] = await postBundle(`${pipeline.url}/`, [event, marker]);
    expect(second?.id).toBe(first?.id);
    await eventually(
      'what was sent after it is found',
      () => total(pipeline.url, '_tag=sent-after'),
      (n) => n === 1,
    );
    await eventually(
      'it is found',
      () => total(pipeline.url, '_tag=sent-twice'),
      (n) => n === 1,
    );
  });
});

/** Each search beside a judge that knows nothing of the table: it walks the JSON that was sent. */
const list = (value: unknown): Json[] =>
  (Array.isArray(value) ? value : value === undefined ? [] : [value]) as Json[];
const references = (event: Json): Json[] => [
  ...list(event.agent).flatMap((agent) => list(agent.who)),
  ...list(event.entity).flatMap((entity) => list(entity.what)),
];
const refersTo = (reference: Json, target: string) =>
  String(reference.reference ?? '').replace(/\/_history\/.*/, '') === target;
const time = (event: Json) => Date.parse(event.recorded as unknown as string);

const JUDGED: readonly (readonly [string, (event: Json) => boolean])[] = [
  ['action=C', (event) => event.action === 'C'],
  ['action=c,R', (event) => ['C', 'R'].includes(event.action as unknown as string)],
  ['action:not=C', (event) => event.action !== 'C'],
  ['action=http://hl7.org/fhir/audit-event-action|C', (event) => event.action === 'C'],
  ['action:missing=true', (event) => event.action === undefined],
  ['outcome=0', (event) => event.outcome === '0'],
  ['type=110100', (event) => event.type?.code === '110100'],
  [
    'type=http://terminology.hl7.org/CodeSystem/audit-event-type|rest',
    (event) =>
      event.type?.system === 'http://terminology.hl7.org/CodeSystem/audit-event-type' &&
      event.type.code === 'rest',
  ],
  [
    'type=http://dicom.nema.org/resources/ontology/DCM|',
    (event) => event.type?.system === 'http://dicom.nema.org/resources/ontology/DCM',
  ],
  [
    'patient=Patient/ex-patient',
    (event) => references(event).some((reference) => refersTo(reference, 'Patient/ex-patient')),
  ],
  [
    'patient=ex-patient',
    (event) => references(event).some((reference) => refersTo(reference, 'Patient/ex-patient')),
  ],
  [
    'patient=Patient/example',
    (event) => references(event).some((reference) => refersTo(reference, 'Patient/example')),
  ],
  [
    'patient=Patient/example/_history/1',
    (event) => references(event).some((reference) => reference.reference === 'Patient/example/_history/1'),
  ],
  [
    'agent=Device/ex-device',
    (event) => list(event.agent).some((agent) => refersTo(agent.who ?? ({} as Json), 'Device/ex-device')),
  ],
  [
    'agent:Device=ex-device',
    (event) => list(event.agent).some((agent) => refersTo(agent.who ?? ({} as Json), 'Device/ex-device')),
  ],
  ['agent:Patient=ex-device', () => false],
  [
    'date=2020-04-29',
    (event) => time(event) >= Date.parse('2020-04-29') && time(event) < Date.parse('2020-04-30'),
  ],
  ['date=2020', (event) => time(event) >= Date.parse('2020-01-01') && time(event) < Date.parse('2021-01-01')],
  [
    'date=ne2020',
    (event) => time(event) < Date.parse('2020-01-01') || time(event) >= Date.parse('2021-01-01'),
  ],
  ['date=ge2021-07-13', (event) => time(event) >= Date.parse('2021-07-13')],
  ['date=gt2021-07-13', (event) => time(event) >= Date.parse('2021-07-14')],
  ['date=lt2021-07-13', (event) => time(event) < Date.parse('2021-07-13')],
  ['date=le2021-07-13', (event) => time(event) < Date.parse('2021-07-14')],
  ['date=sa2021-07-13', (event) => time(event) >= Date.parse('2021-07-14')],
  ['date=eb2021-07-13', (event) => time(event) < Date.parse('2021-07-13')],
  ['date=2025-07-09T16:42:46.717%2B03:00', (event) => time(event) === Date.parse('2025-07-09T13:42:46.717Z')],
  [
    'date=ge2021&date=lt2022',
    (event) => time(event) >= Date.parse('2021-01-01') && time(event) < Date.parse('2022-01-01'),
  ],
  [
    'type=rest&action=R&patient=Patient/ex-patient',
    (event) =>
      event.type?.code === 'rest' &&
      event.action === 'R' &&
      references(event).some((reference) => refersTo(reference, 'Patient/ex-patient')),
  ],
];

describe('a search', () => {
  it.each(JUDGED)('%s finds exactly what is so', async (query, holds) => {
    const expected = sent.flatMap((event, i) => (holds(event) ? [stored[i]?.id] : []));
    // Only the corpus: other tests of this file add events of their own.
    const { entry = [], total: found } = await search(pipeline.url, `${query}&_tag=urn:fixture|&_count=1000`);
    expect(entry.map(({ resource }) => resource.id).toSorted()).toEqual(expected.toSorted());
    expect(found).toBe(expected.length);
  });

  it('comes newest first, page by page, each event once', async () => {
    const ids: string[] = [];
    const times: number[] = [];
    let query: string | undefined = '_tag=urn:fixture|&_count=25';
    while (query !== undefined) {
      const page = await search(pipeline.url, query);
      for (const { resource } of page.entry ?? []) {
        ids.push(resource.id);
        times.push(Date.parse(resource.recorded as string));
      }
      const next = page.link?.find(({ relation }) => relation === 'next')?.url;
      query = next?.slice(next.indexOf('?') + 1);
    }
    expect(ids.toSorted()).toEqual(stored.map(({ id }) => id).toSorted());
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });

  it('by POST finds the same, with parameters in the URL and in the body', async () => {
    const response = await fetch(`${pipeline.url}/AuditEvent/_search?_tag=urn:fixture|`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'action=C&_count=0',
    });
    expect(response.status).toBe(200);
    expect(((await response.json()) as { total: number }).total).toBe(
      sent.filter((event) => event.action === 'C').length,
    );
  });

  it.each(['_filter=action', 'date=yesterday', 'action:above=C', '_count=x'])(
    '%s is a 400 with a reason',
    async (query) => {
      const response = await fetch(`${pipeline.url}/AuditEvent?${query}`);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        resourceType: 'OperationOutcome',
        issue: [{ severity: 'error' }],
      });
    },
  );

  it('ignores what it does not know, and names it; refuses it where the client is strict', async () => {
    const url = `${pipeline.url}/AuditEvent?nonsense=1&_count=1`;
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(JSON.stringify(await response.json())).toContain('\\"nonsense\\" is unknown and was ignored');
    expect((await fetch(url, { headers: { prefer: 'handling=strict' } })).status).toBe(400);
  });
});

describe('what is refused', () => {
  it('is a 400 whose outcome names each place, and nothing of it is stored', async () => {
    const before = await total(pipeline.url);
    const { recorded: _recorded, ...withoutRecorded } = PAGE_EVENT;
    const response = await post(`${pipeline.url}/`, {
      resourceType: 'Bundle',
      type: 'collection',
      entry: [
        { resource: PAGE_EVENT },
        { resource: withoutRecorded },
        { resource: { ...PAGE_EVENT, action: 'X' } },
      ],
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      issue: [
        { code: 'required', expression: ['Bundle.entry[1].resource.recorded'] },
        { code: 'code-invalid', expression: ['Bundle.entry[2].resource.action'] },
      ],
    });
    // Absence is proven with something sent after it.
    await postBundle(`${pipeline.url}/`, [{ ...PAGE_EVENT, meta: { tag: [{ code: 'sentinel' }] } }]);
    await eventually(
      'the sentinel is found',
      () => total(pipeline.url, '_tag=sentinel'),
      (n) => n === 1,
    );
    expect(await total(pipeline.url)).toBe(before + 1);
  });

  it.each([
    ['no JSON', '{', 'application/fhir+json', 400],
    ['another type of content', '{}', 'text/plain', 415],
    ['an empty Bundle', '{"resourceType":"Bundle","type":"collection"}', 'application/json', 400],
  ])('%s', async (_what, body, type, status) => {
    const response = await fetch(`${pipeline.url}/`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ resourceType: 'OperationOutcome' });
  });
});
