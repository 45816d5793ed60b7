import { describe, expect, it } from 'vitest';
import { readRoutes } from './read.ts';

const STORED = '{"resourceType":"AuditEvent","id":"1","meta":{"versionId":"1"},"n":1.10,"text":{}}';

/** The routes before a repository that has `text` under every id. */
const routes = (text: string = STORED) =>
  readRoutes({ read: async () => ({ text, lastUpdatedMs: 0, digest: '' }), restrictionOf: () => [] });

describe('a read', () => {
  it.each([
    ['', STORED],
    ['?_pretty=false&_summary=false', STORED],
    ['?_pretty=true', STORED.replaceAll(/([{,])(?!})/g, '$1\n').replaceAll('}', '\n}')],
    ['?_elements=text', STORED.replace('"n":1.10,', '')],
    ['?_summary=text', STORED.replace('"n":1.10,', '')],
    ['?_summary=data', STORED.replace(',"text":{}', '')],
  ])('%s gives the stored text as it is asked for, at both of its URLs', async (query, expected) => {
    const plain = (text: string) => text.replaceAll(/\s/g, '').replace(/,"tag":\[[^\]]*\]/, '');
    for (const path of ['/AuditEvent/1', '/AuditEvent/1/_history/1']) {
      const response = await routes().request(path + query);
      expect(response.status).toBe(200);
      expect(response.headers.get('etag')).toBe('W/"1"');
      const text = await response.text();
      expect(plain(text)).toBe(plain(expected));
      expect(text.includes('\n')).toBe(query.includes('_pretty=true'));
      expect(text.includes('SUBSETTED')).toBe(/_elements|_summary=(?!false)/.test(query));
    }
  });

  it.each(['_summary=count', '_elements=x', '_pretty=1', '_pretty=%FF'])('?%s is a 400', async (query) => {
    const response = await routes().request(`/AuditEvent/1?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ issue: [{ code: 'value' }] });
  });

  it('that is too large once it is laid out is a 400 that says what to do', async () => {
    const deep = `${'['.repeat(60)}${Array(600_000).fill('1').join(',')}${']'.repeat(60)}`;
    const response = await routes(deep).request('/AuditEvent/1?_pretty=true');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      issue: [{ code: 'too-costly', diagnostics: expect.stringContaining('leave out _pretty') }],
    });
    expect((await routes(deep).request('/AuditEvent/1')).status).toBe(200);
  });

  it.each(['/AuditEvent/1', '/AuditEvent/1/_history/1'])(
    'of %s by who has it already is a 304 without a body, for GET and HEAD',
    async (path) => {
      for (const method of ['GET', 'HEAD'])
        for (const headers of [
          { 'if-none-match': 'W/"0", W/"1"' },
          { 'if-none-match': '*' },
          { 'if-modified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' },
        ]) {
          const response = await routes().request(path, { method, headers });
          expect(response.status).toBe(304);
          expect([...response.headers]).toEqual([
            ['etag', 'W/"1"'],
            ['last-modified', 'Thu, 01 Jan 1970 00:00:00 GMT'],
          ]);
          expect(await response.text()).toBe('');
        }
    },
  );

  it('with a condition is no 304 where it is refused or finds nothing', async () => {
    const headers = { 'if-none-match': '*' };
    const nothing = readRoutes({ read: async () => undefined, restrictionOf: () => [] });
    expect((await nothing.request('/AuditEvent/1', { headers })).status).toBe(404);
    expect((await routes().request('/AuditEvent/1/_history/2', { headers })).status).toBe(404);
    expect((await routes().request('/AuditEvent/1?_pretty=1', { headers })).status).toBe(400);
    expect((await routes().request('/AuditEvent/1?_format=xml', { headers })).status).toBe(406);
  });
});
