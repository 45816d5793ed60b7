/** Bundles of every type that is taken, on the real parts: what is answered, what is stored, what is not. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Bundle, post, type Resource, total } from '../src/client.ts';
import { PAGE_EVENT } from '../src/events.ts';
import { eventually } from '../src/eventually.ts';
import { type Pipeline, startPipeline } from '../src/pipeline.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline(
    { kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') },
    { environment: { AUDITBOX_BASE_URL: 'http://audit.example.org/fhir' } },
  );
});
afterAll(() => pipeline?.[Symbol.asyncDispose]());

const tagged = (code: string, part: object = {}) => ({ ...PAGE_EVENT, meta: { tag: [{ code }] }, ...part });
const { recorded: _recorded, ...withoutRecorded } = PAGE_EVENT;

const requests = (type: 'batch' | 'transaction', ...resources: unknown[]) => ({
  resourceType: 'Bundle',
  type,
  entry: resources.map((resource) => ({ request: { method: 'POST', url: 'AuditEvent' }, resource })),
});

type ResponseEntry = { readonly response: { readonly status: string; readonly location?: string } };
const responses = async (response: Response) =>
  ((await response.json()) as { type: string; entry: ResponseEntry[] }).entry.map((entry) => entry.response);

const found = (code: string, count: number) =>
  eventually(
    `${count} of ${code} are found`,
    () => total(pipeline.url, `_tag=${code}`),
    (n) => n === count,
  );

describe('where Bundles are posted', () => {
  it.each(['', '/', '/fhir', '/fhir/'])('the base URL as %j takes them', async (path) => {
    const response = await fetch(`${pipeline.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry: [{ resource: PAGE_EVENT }] }),
    });
    expect(response.status).toBe(201);
    const [entry] = ((await response.json()) as { entry: { fullUrl: string; resource: Resource }[] }).entry;
    expect(entry?.fullUrl).toBe(`http://audit.example.org/fhir/AuditEvent/${entry?.resource.id}`);
  });

  it('an event is created below the base path too, and is read where its Location says', async () => {
    const created = await post(`${pipeline.url}/fhir/AuditEvent`, tagged('below'));
    expect(created.status).toBe(201);
    const location = created.headers.get('location') ?? '';
    expect(location).toMatch(/^http:\/\/audit\.example\.org\/fhir\/AuditEvent\/[0-9a-f-]{36}\/_history\/1$/);
    const path = location.replace('http://audit.example.org', '');
    await eventually(
      'it is read',
      async () => (await fetch(`${pipeline.url}${path}`)).status,
      (status) => status === 200,
    );
  });
});

describe('a batch', () => {
  it('is answered entry by entry, and stored so', async () => {
    const response = await post(
      `${pipeline.url}/`,
      requests('batch', tagged('batch'), { ...withoutRecorded }, tagged('batch')),
    );
    expect(response.status).toBe(200);
    const answered = await responses(response);
    expect(answered.map(({ status }) => status)).toEqual(['201 Created', '400 Bad Request', '201 Created']);
    await found('batch', 2);
    const { location = '' } = answered[0] ?? {};
    const id = location.split('/').at(-3);
    expect((await fetch(`${pipeline.url}/AuditEvent/${id}/_history/1`)).status).toBe(200);
  });
});

describe('a transaction', () => {
  it('is stored whole, with a location for each entry', async () => {
    const response = await post(
      `${pipeline.url}/`,
      requests('transaction', tagged('transaction'), tagged('transaction')),
    );
    expect(response.status).toBe(200);
    expect((await responses(response)).map(({ status }) => status)).toEqual(['201 Created', '201 Created']);
    await found('transaction', 2);
  });

  it('with one invalid entry stores nothing, also where quarantine is asked for', async () => {
    for (const onInvalid of ['reject', 'quarantine']) {
      const response = await fetch(`${pipeline.url}/`, {
        method: 'POST',
        headers: { 'content-type': 'application/fhir+json', 'auditbox-on-invalid': onInvalid },
        body: JSON.stringify(requests('transaction', tagged('refused'), withoutRecorded)),
      });
      expect(response.status).toBe(400);
    }
    await post(`${pipeline.url}/AuditEvent`, tagged('after-refused'));
    await found('after-refused', 1);
    expect(await total(pipeline.url, '_tag=refused')).toBe(0);
  });
});

describe('a create', () => {
  it('under one Idempotency-Key is one at a retry, equal entries are two, another body is another event', async () => {
    const send = async (key: string, events: readonly unknown[]) => {
      const response = await fetch(`${pipeline.url}/`, {
        method: 'POST',
        headers: { 'content-type': 'application/fhir+json', 'idempotency-key': key },
        body: JSON.stringify({
          resourceType: 'Bundle',
          type: 'collection',
          entry: events.map((resource) => ({ resource })),
        }),
      });
      expect(response.status).toBe(201);
      return ((await response.json()) as Bundle).entry?.map(({ resource }) => resource.id) ?? [];
    };
    const events = [tagged('key'), tagged('key')];
    const first = await send('"8e03978e-40d5-43dd-bc93-6894a57f9324"', events);
    const again = await send('8e03978e-40d5-43dd-bc93-6894a57f9324', events);
    expect(again).toEqual(first);
    expect(new Set(first).size).toBe(2);
    const other = await send('8e03978e-40d5-43dd-bc93-6894a57f9324', [tagged('key', { action: 'D' })]);
    expect(first).not.toContain(other[0]);
    await found('key', 3);
  });

  it('with If-None-Exist is a 412 and stores nothing', async () => {
    const response = await fetch(`${pipeline.url}/AuditEvent`, {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json', 'if-none-exist': 'altid=user' },
      body: JSON.stringify(tagged('conditional')),
    });
    expect(response.status).toBe(412);
    expect(await response.json()).toMatchObject({ issue: [{ code: 'not-supported' }] });
    await post(`${pipeline.url}/AuditEvent`, tagged('after-conditional'));
    await found('after-conditional', 1);
    expect(await total(pipeline.url, '_tag=conditional')).toBe(0);
  });
});
