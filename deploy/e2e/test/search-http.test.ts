/** Reading and searching as HTTP sees it: statuses, headers and formats, through the front door. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { post, type Resource } from '../src/client.ts';
import { PAGE_EVENT } from '../src/events.ts';
import { eventually } from '../src/eventually.ts';
import { type Pipeline, startPipeline } from '../src/pipeline.ts';

const FORM = 'application/x-www-form-urlencoded';

let pipeline: Pipeline;
let stored: string;
/** The path of the `Location` that the gateway answered. */
let location: string;

beforeAll(async () => {
  pipeline = await startPipeline({ kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') });
  const created = await post(`${pipeline.url}/AuditEvent`, PAGE_EVENT);
  stored = await created.text();
  location = new URL(created.headers.get('location') ?? '').pathname;
  await eventually(
    'it is read',
    async () => (await fetch(`${pipeline.url}${location}`)).status,
    (status) => status === 200,
  );
});
afterAll(() => pipeline?.[Symbol.asyncDispose]());

describe('a read', () => {
  it('gives the event with its version and when it was stored, at its id and at its Location', async () => {
    const { id, meta } = JSON.parse(stored) as Resource & { meta: { lastUpdated: string } };
    for (const path of [`/AuditEvent/${id}`, location]) {
      const response = await fetch(`${pipeline.url}${path}`);
      expect(response.status).toBe(200);
      expect(response.headers.get('etag')).toBe('W/"1"');
      expect(response.headers.get('last-modified')).toBe(new Date(meta.lastUpdated).toUTCString());
      expect(await response.text()).toBe(stored);
    }
  });

  it.each([
    ['an id that no event has', () => '/AuditEvent/01943c5e-0000-8000-8000-000000000000'],
    ['what is no id of ours', () => '/AuditEvent/nonsense'],
    ['another version', () => location.replace(/1$/, '2')],
    ['another resource', () => '/Patient/1'],
    ['an unknown SearchParameter', () => '/SearchParameter/AuditEvent-nonsense'],
  ])('of %s is a 404', async (_what, path) => {
    const response = await fetch(`${pipeline.url}${path()}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ issue: [{ code: 'not-found' }] });
  });

  it('finds every SearchParameter at the URL that the Bundle gives', async () => {
    const bundle = (await (await fetch(`${pipeline.url}/SearchParameter`)).json()) as {
      entry: { fullUrl: string; resource: object }[];
    };
    for (const { fullUrl, resource } of bundle.entry) {
      const response = await fetch(`${pipeline.url}${new URL(fullUrl).pathname}`);
      expect(await response.json()).toEqual(resource);
    }
  });
});

describe('another format than JSON', () => {
  it.each(['/AuditEvent', '/metadata', '/SearchParameter', '/SearchParameter/AuditEvent-date'])(
    'is a 406 of %s',
    async (path) => {
      const accept = 'application/fhir+xml';
      expect((await fetch(`${pipeline.url}${path}`, { headers: { accept } })).status).toBe(406);
      expect((await fetch(`${pipeline.url}${path}?_format=xml`)).status).toBe(406);
      const both = `${accept}, application/fhir+json;q=0.5`;
      expect((await fetch(`${pipeline.url}${path}`, { headers: { accept: both } })).status).toBe(200);
    },
  );

  it('is a 406 of a read', async () =>
    expect((await fetch(`${pipeline.url}${location}?_format=xml`)).status).toBe(406));
});

describe('a search that can not be read', () => {
  const body = 'agent-name=Müller';

  it.each([
    ['a URL that is no UTF-8', '?agent-name=%FF', undefined, 400],
    ['two counts', '?_count=1&_count=2', undefined, 400],
    ['a body that is no UTF-8', '/_search', { body: Buffer.from(body, 'latin1'), type: FORM }, 400],
    ['a body of another type', '/_search', { body: '{}', type: 'application/json' }, 415],
    ['a body in another character set', '/_search', { body, type: `${FORM}; charset=latin1` }, 415],
    ['a body that is compressed', '/_search', { body: gzipSync(body), type: FORM, encoding: 'gzip' }, 415],
    ['a body of more than 1 MiB', '/_search', { body: 'x'.repeat(1024 * 1024 + 1), type: FORM }, 413],
  ])('%s', async (_what, path, form, status) => {
    const response = await fetch(`${pipeline.url}/AuditEvent${path}`, {
      ...(form !== undefined && {
        method: 'POST',
        body: form.body,
        headers: {
          'content-type': form.type,
          ...('encoding' in form && { 'content-encoding': form.encoding }),
        },
      }),
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ resourceType: 'OperationOutcome' });
  });
});
