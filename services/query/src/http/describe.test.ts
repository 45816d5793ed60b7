import { createApp, createLogger } from '@auditbox/service-kit';
import { describe, expect, it } from 'vitest';
import { describeRoutes } from './describe.ts';

const baseUrl = 'https://audit.example.org/fhir';
const tokenEndpoint = 'https://idp.example.org/token';

const app = createApp({
  logger: createLogger('test', 'off'),
  checks: {},
  baseUrl,
  proxies: ['10.0.0.0/8'],
}).route(
  '/',
  describeRoutes({
    baseUrl,
    tokens: { required: true, authorizeEndpoint: '', tokenEndpoint },
  }),
);

describe('links', () => {
  /** The text at `path` behind a proxy that says another base, from an address that is trusted or not. */
  async function described(path: string, remoteAddress: string): Promise<string> {
    const headers = { 'x-forwarded-host': 'public.example.org', 'x-forwarded-prefix': '/audit' };
    const response = await app.request(path, { headers }, { incoming: { socket: { remoteAddress } } });
    expect(response.status).toBe(200);
    return response.text();
  }

  it.each([
    '/metadata',
    '/fhir/metadata',
    '/SearchParameter',
    '/SearchParameter?code=user',
    '/SearchParameter/AuditEvent-user',
  ])('of %s are below the base that a trusted proxy says, else below the own', async (path) => {
    const public_ = await described(path, '10.0.0.1');
    expect(public_).toContain('https://public.example.org/audit');
    expect(public_).not.toContain(baseUrl);
    const own = await described(path, '192.0.2.1');
    expect(own).toContain(baseUrl);
    expect(own).not.toContain('public.example.org');
  });
});

describe('GET /metadata', () => {
  it('says where tokens come from', async () =>
    expect(await (await app.request('/metadata')).text()).toContain(tokenEndpoint));
});

describe('GET /SearchParameter', () => {
  it('finds by what the URL asks', async () => {
    const response = await app.request('/SearchParameter?code=patient&base=AuditEvent');
    expect(response.headers.get('content-type')).toContain('application/fhir+json');
    expect(await response.json()).toMatchObject({ total: 1, entry: [{ resource: { code: 'patient' } }] });
  });

  it.each([
    ['what is no UTF-8', '?code=%FF', {}],
    ['a modifier', '?code:not=date', {}],
    ['what is unknown, where the client is strict', '?unknown=1', { prefer: 'handling=strict' }],
  ])('refuses %s', async (_what, query, headers) => {
    const response = await app.request(`/SearchParameter${query}`, { headers });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ resourceType: 'OperationOutcome' });
  });

  it('names what is unknown where the client is not', async () => {
    const response = await app.request('/SearchParameter?unknown=1&code=date');
    expect(await response.json()).toMatchObject({
      total: 1,
      entry: [{ search: { mode: 'match' } }, { search: { mode: 'outcome' } }],
    });
  });
});

it('finds by POST what it finds by GET', async () => {
  const post = (body: string, type = 'application/x-www-form-urlencoded') =>
    app.request('/SearchParameter/_search?base=AuditEvent', {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
  const got = await (await app.request('/SearchParameter?base=AuditEvent&code=date,user')).text();
  expect(await (await post('code=date,user')).text()).toBe(got);
  expect((await post('{}', 'application/json')).status).toBe(415);
  // A form was not looked at for it: whoever asked for XML there got JSON.
  expect((await post('_format=xml')).status).toBe(406);
});

it('reads a SearchParameter by its id, and answers 404 for any other', async () => {
  const read = (id: string) => app.request(`/SearchParameter/${id}`);
  expect(await (await read('AuditEvent-date')).json()).toMatchObject({ code: 'date' });
  for (const id of ['auditevent-date', 'date', '__proto__']) {
    const response = await read(id);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ issue: [{ code: 'not-found' }] });
  }
});

it.each(['/metadata', '/SearchParameter?code=date', '/SearchParameter/AuditEvent-date'])(
  '%s is laid out for people on request',
  async (path) => {
    const url = (more: string) => `${path}${path.includes('?') ? '&' : '?'}${more}`;
    const [pretty, plain] = await Promise.all([app.request(url('_pretty=true')), app.request(path)]);
    const [prettyText, plainText] = [await pretty.text(), await plain.text()];
    expect(prettyText).toMatch(/^\{\n {2}"resourceType"/);
    expect(plainText).not.toContain('\n');
  },
);
