import { createHash } from 'node:crypto';
import { type SentEvent, sentEventProblems, stampedBytes, toAuditEvent } from '@auditbox/fhir-core';
import { describe, expect, it } from 'vitest';
import { APPLICATION_EVENT_CHARS_MAX, applicationEventOf, eventListPage } from './application-events.ts';
import { parseEventList } from './event-list.ts';
import type { Found } from './found.ts';

const ID = '019bc78e-2f20-8000-8000-000000000001';

const SENT: SentEvent = {
  ...{ org_id: 'clinic-7', action: 'record.view', action_result: 'success', actor_id: 'u-1' },
  ...{ actor_type: 'user', occurred_at: '2026-01-31T09:30:00Z' },
};

const stored = (sent: SentEvent, added = {}, more = {}) => ({
  id: ID,
  text: stampedBytes(
    { ...toAuditEvent(sent, added), ...more },
    { id: ID, lastUpdated: SENT.occurred_at },
  ).toString(),
});

describe('an event of an application', () => {
  it('comes back with its id, what was added, and a fingerprint of what was sent alone', () => {
    const added = { client_city: 'Bonn', client_geo_lat: 50.7 };
    // As the page of the API says it: keys in their order, no blanks.
    const canonical = JSON.stringify(SENT, Object.keys(SENT).toSorted());
    const sha256 = createHash('sha256').update(canonical).digest('hex');
    expect(applicationEventOf(stored(SENT, added))).toEqual({ id: ID, sha256, ...SENT, ...added });
    expect(applicationEventOf(stored(SENT))?.sha256).toBe(sha256);
    expect(applicationEventOf(stored({ ...SENT, actor_type: 'machine' }))?.sha256).not.toBe(sha256);
  });

  it('is none where the AuditEvent says more, or claims nothing', () => {
    expect(applicationEventOf(stored(SENT, {}, { outcomeDesc: 'more' }))).toBeUndefined();
    expect(applicationEventOf(stored(SENT, {}, { meta: {} }))).toBeUndefined();
  });

  it('is one at the bounds of all its fields', () => {
    // Each is two characters in JSON.
    const long = (length: number) => '"'.repeat(length);
    const largest: SentEvent = {
      ...{ org_id: long(256), action: long(256), action_result: 'failure', actor_id: long(256) },
      ...{ actor_type: 'machine', occurred_at: `2026-01-31T09:30:00.${'1'.repeat(43)}Z` },
      ...{ actor_email: long(320), actor_name: long(1024), client_ip: `::ffff:${'255.'.repeat(3)}255` },
      ...{ request_method: 'X'.repeat(64), request_path: long(8192), response_status: 599 },
    };
    expect(sentEventProblems(largest)).toEqual([]);
    const { text } = stored(largest, { parent_org_id: long(256), client_city: long(256) });
    expect(text.length).toBeLessThan(APPLICATION_EVENT_CHARS_MAX / 4);
    expect(applicationEventOf({ id: ID, text })).toMatchObject(largest);
  });

  it('is not looked for in what is larger than one can be', () => {
    const text = `${' '.repeat(APPLICATION_EVENT_CHARS_MAX)}no JSON`;
    expect(applicationEventOf({ id: ID, text })).toBeUndefined();
  });
});

describe('a page of a list', () => {
  const found = (events: Found['events'], more: boolean): Found => ({
    ...{ total: undefined, events, more, horizon: 7 },
    edges: { first: [1, 'a'], last: [1, 'a'] },
  });
  const pageOf = (parameters: Readonly<Record<string, string>>, of: Found) => {
    const parsed = parseEventList(Object.entries(parameters));
    if ('issues' in parsed) throw new Error(JSON.stringify(parsed.issues));
    const set = { search: { ...parsed.search, restriction: [] }, found: of };
    return eventListPage({ ...set, page: { from: 'offset', offset: 0, moment: 0 } }, parsed.wanted);
  };

  it('has what was found and a cursor where there is more', () => {
    const event = applicationEventOf(stored(SENT));
    expect(pageOf({}, found([stored(SENT)], false))).toEqual({ events: [event] });
    expect(pageOf({}, found([stored(SENT)], true))).toEqual({
      events: [event],
      next_cursor: expect.stringMatching(/^[\w-]+$/),
    });
    expect(pageOf({}, { ...found([], false), edges: undefined })).toEqual({ events: [] });
  });

  it('leaves out what only claims to be an event, and goes on after it', () => {
    expect(pageOf({}, found([stored(SENT, {}, { outcomeDesc: 'more' })], true))).toEqual({
      events: [],
      next_cursor: expect.any(String),
    });
  });

  // FHIR's search, which found them, compares codes without case.
  it.each([
    ['org_id', 'CLINIC-7'],
    ['actor_id', 'U-1'],
    ['action', 'Record.View'],
  ])('has only what is asked for to the letter by %s', (name, other) => {
    const own = SENT[name as keyof SentEvent] as string;
    expect(pageOf({ [name]: other }, found([stored(SENT)], false)).events).toEqual([]);
    expect(pageOf({ [name]: own }, found([stored(SENT)], false)).events).toHaveLength(1);
  });
});
