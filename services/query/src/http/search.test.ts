import type { Search } from '@auditbox/fhir-core';
import { describe, expect, it } from 'vitest';
import { PAGE_TOO_LARGE, type SearchPort } from '../domain/found.ts';
import { framed } from './framed.case.ts';
import { SEARCH_BODY_BYTES_MAX, searchRoutes } from './search.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** The routes before a search that finds nothing, and the searches that reach it. */
function routes(search: SearchPort = async () => ({ total: 0, events: [] })) {
  const searches: Search[] = [];
  const app = framed(
    searchRoutes({
      now: () => 0,
      search: async (asked, signal) => {
        searches.push(asked);
        return await search(asked, signal);
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
    expect(searches[0]?.applied).toEqual([
      ['outcome', '0'],
      ['action', 'C'],
    ]);
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

describe('a search', () => {
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
