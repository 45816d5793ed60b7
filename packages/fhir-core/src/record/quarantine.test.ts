/** The contract of a quarantine record: what comes back, what is cut, what earlier releases wrote. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEventId } from './event-id.ts';
import {
  loggedItem,
  QUARANTINE_REASONS,
  type QuarantinedItem,
  type QuarantineRelease,
} from './quarantine.ts';
import {
  decodeQuarantine,
  decodeRelease,
  encodeQuarantine,
  encodeRelease,
  isQuarantineHeader,
  QUARANTINE_ISSUES_MAX,
} from './quarantine-headers.ts';

const ID = '019bc78e-2f20-8000-8000-000000000001';
const EVENT_ID = '019bc78e-2f20-8000-8000-000000000002';
const STORED = { sha256: 'b'.repeat(64), timestampMs: Date.UTC(2026, 1, 3) };

const ITEM: QuarantinedItem = {
  id: ID,
  eventId: ID,
  origin: 'gateway',
  reason: 'invalid-event',
  sender: 'https://idp.example.org aidbox',
  received: '2026-02-01T00:00:00.123Z',
  sha256: 'a'.repeat(64),
  place: 'Bundle.entry[3].resource',
  mediaType: 'application/fhir+json',
  contentEncoding: 'gzip',
  requestId: 'r-1',
  senderId: 's-1',
  issues: [
    {
      severity: 'error',
      code: 'required',
      diagnostics: 'A code is required.',
      expression: ['Bundle.entry[3].resource.type'],
    },
  ],
};

const LOGGED: QuarantinedItem = {
  ...{ id: ID, eventId: EVENT_ID, origin: 'indexer', reason: 'wrong-digest', sender: 'a' },
  ...{ received: '2026-02-01T00:00:00Z', sha256: 'a'.repeat(64), omittedBytes: 17_000_000, issues: [] },
  log: { topic: 'auditbox.events', partition: 3, offset: '9223372036854775807', key: EVENT_ID },
};

const RELEASE: QuarantineRelease = {
  ...{
    id: ID,
    eventId: EVENT_ID,
    releasedAt: '2026-02-02T00:00:00Z',
    releasedBy: 'operator',
    corrected: true,
  },
};

/** `headers` without one, or with another value for it. */
const but = (headers: Readonly<Record<string, string>>, name: string, text?: string) => {
  const { [`quarantine-${name}`]: _was, ...rest } = headers;
  return text === undefined ? rest : { ...rest, [`quarantine-${name}`]: text };
};

describe('an item', () => {
  it.each([ITEM, LOGGED, { ...ITEM, place: '', senderId: 'ß€𝄞' }])('comes back as it was', (item) => {
    const headers = encodeQuarantine(item);
    expect(Object.keys(headers).every(isQuarantineHeader)).toBe(true);
    expect(decodeQuarantine(headers, STORED)).toEqual(item);
    expect(decodeRelease(headers)).toBeUndefined();
  });

  it.each(QUARANTINE_REASONS)('has the reason %s', (reason) => {
    expect(decodeQuarantine(encodeQuarantine({ ...ITEM, reason }), STORED)?.reason).toBe(reason);
  });

  it.each([
    ['id', 'x'],
    ['event-id', undefined],
    ['event-id', 'x'],
    ['origin', 'client'],
    ['origin', undefined],
    ['reason', 'other'],
    ['reason', undefined],
    ['sender', undefined],
    ['received', '2026-02-31T00:00:00Z'],
    ['received', '2026-02-01'],
    ['sha256', 'a'],
  ])('does not decode where its %s is %s', (name, text) => {
    expect(decodeQuarantine(but(encodeQuarantine(ITEM), name, text), STORED)).toBeUndefined();
  });

  it('cuts what others made at its bound, and not within a character', () => {
    const long = `${'x'.repeat(5000)}`;
    const item = {
      ...ITEM,
      sender: long,
      place: long,
      mediaType: long,
      contentEncoding: long,
      requestId: long,
    };
    const cut = {
      sender: 1024,
      place: 1024,
      mediaType: 256,
      contentEncoding: 64,
      requestId: 64,
      senderId: 255,
    };
    const headers = encodeQuarantine({ ...item, senderId: `${'x'.repeat(255)}𝄞` });
    const decoded = decodeQuarantine(headers, STORED);
    const lengths = Object.entries(cut).map(([key]) => [key, decoded?.[key as keyof typeof cut]?.length]);
    expect(Object.fromEntries(lengths)).toEqual(cut);
    const uncut = Object.keys(headers).map((name) => [name, `${headers[name]}${long}`]);
    for (const name of ['sender', 'place', 'media-type']) {
      const swollen = but(headers, name, Object.fromEntries(uncut)[`quarantine-${name}`]);
      expect(decodeQuarantine(swollen, STORED)).toEqual(decoded);
    }
  });

  it('keeps its first issues, at most half a megabyte of them', () => {
    const expression = Array.from({ length: 9 }, () => '€'.repeat(2000));
    const issue = { severity: 'error', code: 'value', diagnostics: '€'.repeat(2000), expression } as const;
    const issues = Array.from({ length: QUARANTINE_ISSUES_MAX + 1 }, () => issue);
    const headers = encodeQuarantine({ ...ITEM, issues });
    expect(Buffer.byteLength(JSON.stringify(headers))).toBeLessThan(512 * 1024);
    expect(decodeQuarantine(headers, STORED)?.issues).toHaveLength(QUARANTINE_ISSUES_MAX);
  });

  it.each([
    '{',
    '{}',
    '[1,null,{"severity":"error"},{"severity":1,"code":"x"}]',
    '[{"severity":"a","code":"b","expression":[1]}]',
  ])('is none the less for issues that are none (%s)', (text) =>
    expect(decodeQuarantine(but(encodeQuarantine(ITEM), 'issues', text), STORED)).toEqual({
      ...ITEM,
      issues: [],
    }),
  );

  it('decodes or does not, whatever the headers are', () => {
    const names = Object.keys({
      ...encodeQuarantine(ITEM),
      ...encodeQuarantine(LOGGED),
      ...encodeRelease(RELEASE),
    });
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom(...Object.values(encodeQuarantine(ITEM)), 'not-json', '1'),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), value), (headers) => {
        const item = decodeQuarantine(headers, STORED);
        if (item !== undefined) expect(decodeQuarantine(encodeQuarantine(item), STORED)).toEqual(item);
        decodeRelease(headers);
      }),
    );
  });
});

describe('a record of an earlier release', () => {
  const headers = {
    ...{ sender: 'a', received: '2026-01-01T00:00:00.000Z', sha256: 'x', 'sender-id': 's' },
    ...{ 'quarantine-reason': 'not-an-event', 'quarantine-topic': 't', 'quarantine-partition': '3' },
    ...{ 'quarantine-offset': '7', 'quarantine-key': EVENT_ID },
  };

  it('decodes, to what the same record is now', () => {
    const log = { topic: 't', partition: 3, offset: '7', key: EVENT_ID };
    const item = decodeQuarantine(headers, STORED);
    expect(item).toEqual(loggedItem({ ...STORED, reason: 'not-an-event', log, headers }));
    expect(item).toMatchObject({
      ...{ eventId: EVENT_ID, origin: 'indexer', sender: 'a', senderId: 's', sha256: STORED.sha256, log },
      received: '2026-01-01T00:00:00.000Z',
    });
  });

  it('decodes where it was too large for the topic', () => {
    const { 'quarantine-key': _key, sender: _sender, received: _received, ...stub } = headers;
    const about = { 'quarantine-bytes': '17000000', 'quarantine-sha256': 'c'.repeat(64) };
    expect(decodeQuarantine({ ...stub, ...about }, STORED)).toMatchObject({
      ...{ omittedBytes: 17_000_000, sha256: 'c'.repeat(64), sender: 'unknown' },
      received: '2026-02-03T00:00:00.000Z',
    });
  });

  it.each(['quarantine-topic', 'quarantine-partition', 'quarantine-offset'])('is none without %s', (name) => {
    expect(decodeQuarantine({ ...headers, [name]: undefined }, STORED)).toBeUndefined();
    expect(decodeQuarantine({ ...headers, [name]: '-1 ' }, STORED)).toBeUndefined();
  });
});

describe('the item of a record in a log', () => {
  const log = { topic: 't', partition: 0, offset: '7', key: EVENT_ID };
  const value = { ...STORED, reason: 'wrong-digest', log, headers: {} } as const;

  it('has an id by its place and time, the same each time', () => {
    const { id } = loggedItem(value);
    expect(isEventId(id)).toBe(true);
    expect(loggedItem({ ...value, log: { ...log, key: 'another' } }).id).toBe(id);
    for (const other of [{ topic: 'u' }, { partition: 1 }, { offset: '8' }])
      expect(loggedItem({ ...value, log: { ...log, ...other } }).id).not.toBe(id);
  });

  it('is released under the key that it had, unless that is another event’s or no event id', () => {
    expect(loggedItem(value).eventId).toBe(EVENT_ID);
    for (const item of [
      loggedItem({ ...value, reason: 'other-event-with-this-id' }),
      loggedItem({ ...value, log: { ...log, key: 'k' } }),
      loggedItem({ ...value, log: { topic: 't', partition: 0, offset: '7' } }),
    ])
      expect(item.eventId).toBe(item.id);
  });

  it.each([
    [STORED.timestampMs, '2026-02-03T00:00:00.000Z'],
    [-1, '1970-01-01T00:00:00.000Z'],
    [2 ** 63, '9999-12-31T23:59:59.999Z'],
  ])('was received when the log took it (%d), where its headers give no instant', (timestampMs, received) => {
    const item = loggedItem({ ...value, timestampMs, headers: { received: 'yesterday' } });
    expect(item.received).toBe(received);
  });
});

describe('a release', () => {
  it.each([RELEASE, { ...RELEASE, corrected: false }])('comes back as it was, and is no item', (release) => {
    const headers = encodeRelease(release);
    expect(decodeRelease(headers)).toEqual(release);
    expect(decodeQuarantine(headers, STORED)).toBeUndefined();
  });

  it.each([
    ['id', undefined],
    ['id', 'x'],
    ['event-id', 'x'],
    ['event-id', undefined],
    ['released-at', '2026'],
    ['released-at', undefined],
    ['released-by', undefined],
    ['corrected', 'yes'],
  ])('does not decode where its %s is %s', (name, text) => {
    expect(decodeRelease(but(encodeRelease(RELEASE), name, text))).toBeUndefined();
  });

  it('cuts who released it at its bound', () => {
    const { releasedBy } = decodeRelease(encodeRelease({ ...RELEASE, releasedBy: 'x'.repeat(2000) })) ?? {};
    expect(releasedBy).toHaveLength(1024);
  });
});
