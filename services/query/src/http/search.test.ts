import type { Search } from '@auditbox/fhir-core';
import { describe, expect, it } from 'vitest';
import { type Found, PAGE_TOO_LARGE, type SearchPort } from '../domain/found.ts';
import { SEARCH_BODY_BYTES_MAX } from './form-body.ts';
import { framed } from './framed.case.ts';
import { searchRoutes } from './search.ts';

const NOTHING = { total: 0, events: [], more: false, horizon: 0, edges: undefined };

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

type Linked = { readonly link: readonly { readonly relation: string; readonly url: string }[] };

/** The routes before a search that finds nothing, and the searches that reach it. */
function routes(search: SearchPort = async () => NOTHING) {
  const searches: Search[] = [];
  const app = framed(
    searchRoutes({
      now: () => 0,
      holdFor: () => () => true,
      restrictionOf: () => [],
      search: async (asked, page, request) => {
        searches.push(asked);
        return await search(asked, page, request);
      },
    }),
  );
  const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = FORM, query = '') =>
    app.request(`/AuditEvent/_search${query}`, { method: 'POST', headers, body });
  return { app, post, searches };
}

describe('POST /AuditEvent/_search', () => {
  it('takes parameters from the URL and the body', async () => {
    const { post, searches } = routes();
    expect((await post('action=C', FORM, '?outcome=0')).status).toBe(200);
    expect(searches[0]?.criteria).toMatchObject([{ code: 'outcome' }, { code: 'action' }]);
  });

  it('takes a body at its bound and answers 413 to one past it', async () => {
    const { post } = routes();
    const body = (length: number) => `_format=json${'&'.repeat(length - '_format=json'.length)}`;
    expect((await post(body(SEARCH_BODY_BYTES_MAX))).status).toBe(200);
    const response = await post(body(SEARCH_BODY_BYTES_MAX + 1));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ issue: [{ code: 'too-long' }] });
  });

  it.each([
    ['JSON', { 'content-type': 'application/json' }],
    ['no type', { 'content-type': '' }],
    ['another character set', { 'content-type': `${FORM['content-type']}; charset=ISO-8859-1` }],
    ['what is compressed', { ...FORM, 'content-encoding': 'gzip' }],
  ])('answers 415 to %s', async (_what, headers) => {
    const { post, searches } = routes();
    expect((await post('action=C', headers)).status).toBe(415);
    expect(searches).toEqual([]);
  });

  it('takes UTF-8 that says so', async () => {
    const { post } = routes();
    const headers = {
      'content-type': `${FORM['content-type']}; charset="UTF-8"`,
      'content-encoding': 'identity',
    };
    expect((await post('agent-name=Müller', headers)).status).toBe(200);
  });

  it('answers 406 where the body asks for XML', async () =>
    expect((await routes().post('_format=xml')).status).toBe(406));
});

describe('a search of a compartment', () => {
  it('is of one resource, by GET and by POST', async () => {
    const { app, searches } = routes();
    const response = await app.request('/Patient/p%2F1/AuditEvent?action=C');
    expect(await response.json()).toMatchObject({
      link: [{ relation: 'self', url: expect.stringMatching(/\/Patient\/p%2F1\/AuditEvent\?action=C&/) }, {}],
    });
    const init = { method: 'POST', headers: FORM, body: 'action=C' };
    expect((await app.request('/Device/d/AuditEvent/_search', init)).status).toBe(200);
    expect(searches.map(({ compartment }) => compartment)).toEqual([
      { type: 'Patient', id: 'p/1' },
      { type: 'Device', id: 'd' },
    ]);
  });

  it('that R4 has not is not found', async () =>
    expect((await routes().app.request('/Encounter/1/AuditEvent')).status).toBe(404));
});

describe('a search', () => {
  it('ignores what is unknown, unless the client is strict', async () => {
    const { app } = routes();
    expect((await app.request('/AuditEvent?unknown=1')).status).toBe(200);
    const headers = { prefer: 'handling=strict' };
    expect((await app.request('/AuditEvent?unknown=1', { headers })).status).toBe(400);
  });

  it('refuses a cursor of another search, and one that is none', async () => {
    const found: Found = {
      total: 2,
      events: [{ id: 'a', text: '{}' }],
      more: true,
      horizon: 7,
      edges: { first: [1, 'a'], last: [1, 'a'] },
    };
    const { app } = routes(async () => found);
    const first = (await (await app.request('/AuditEvent?action=C')).json()) as Linked;
    const next = new URL(first.link.find(({ relation }) => relation === 'next')?.url ?? '');
    const status = async (query: string) => (await app.request(`/AuditEvent?${query}`)).status;
    const cursor = next.searchParams.get('_cursor');
    expect(await status(`action=C&_cursor=${cursor}`)).toBe(200);
    expect(await status(`action=C&_count=7&_elements=id&_cursor=${cursor}`)).toBe(200);
    expect(await status(`action=R&_cursor=${cursor}`)).toBe(400);
    expect(await status(`action=C&_sort=date&_cursor=${cursor}`)).toBe(400);
    expect(await status(`action=C&_cursor=${cursor?.slice(0, -3)}`)).toBe(400);
    expect(await status('action=C&_cursor=nonsense')).toBe(400);
  });

  // It was a 200 with nothing found: each wrong byte had become U+FFFD.
  it('that is not UTF-8 is a 400, in the URL and in the body', async () => {
    const { app, post, searches } = routes();
    expect((await app.request('/AuditEvent?agent-name=%FF')).status).toBe(400);
    expect((await post(Uint8Array.from(Buffer.from('agent-name=Müller', 'latin1')))).status).toBe(400);
    expect((await post('agent-name=M%FCller')).status).toBe(400);
    expect(searches).toEqual([]);
  });

  it('whose page is too large is a 400 that says what to do', async () => {
    const response = await routes(async () => PAGE_TOO_LARGE).app.request('/AuditEvent');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      issue: [{ code: 'too-costly', diagnostics: expect.stringContaining('use a smaller _count') }],
    });
  });
});
