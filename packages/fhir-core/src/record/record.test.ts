/** The record contract: identity, canonical form, stamping, headers, index names. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalForm } from './canonical.ts';
import { canonicalByHand } from './canonical-by-hand.ts';
import { eventId, eventIdMs, isEventId } from './event-id.ts';
import { exactJson } from './exact-json.ts';
import { decodeHeaders, encodeHeaders } from './headers.ts';
import {
  indexMonth,
  indexMonths,
  indexName,
  indexPatterns,
  isIndexMonth,
  monthEndMs,
  writtenIndex,
  writtenMonth,
  writtenPatterns,
} from './index-name.ts';
import { compact, writtenJson } from './json-writing.case.ts';
import { senderValues, stampedBytes } from './stamp.ts';

type ExactEvent = Readonly<Record<string, unknown>>;
const exactly = (text: string) => exactJson(text, JSON.parse(text)) as ExactEvent;

describe('an event id', () => {
  it('is a UUIDv8 that carries its millisecond', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 2 ** 48 - 1 }),
        fc.uint8Array({ minLength: 10, maxLength: 32 }),
        (ms, rest) => {
          const id = eventId(ms, rest);
          expect(isEventId(id)).toBe(true);
          expect(eventIdMs(id)).toBe(ms);
        },
      ),
    );
  });

  it('clamps a time that 48 bits can not hold', () => {
    const rest = new Uint8Array(10);
    expect(eventIdMs(eventId(-1, rest))).toBe(0);
    expect(eventIdMs(eventId(2 ** 48, rest))).toBe(2 ** 48 - 1);
  });

  it('keeps 74 bits of the rest', () => {
    const id = eventId(0, new Uint8Array(10).fill(0xff));
    expect(id).toBe('00000000-0000-8fff-bfff-ffffffffffff');
  });

  it.each(['', 'x', '23d0f0ad-3af1-4dab-93d9-9c40a01a58ec', '00000000-0000-8FFF-bfff-ffffffffffff'])(
    'is not %j',
    (text) => expect(isEventId(text)).toBe(false),
  );
});

describe('the index of an event', () => {
  const idAt = (iso: string) => eventId(Date.parse(iso), new Uint8Array(10));

  it('is the month of its id, in UTC', () => {
    expect(indexName(idAt('2026-01-16T16:03:16Z'))).toBe('auditbox-events-2026.01');
    expect(indexName(idAt('2025-12-31T23:59:59.999Z'), 'p')).toBe('p-2025.12');
  });

  it('is one and the same outside 2010-01 to 2039-12', () => {
    for (const iso of [
      '1970-01-01T00:00:00Z',
      '2009-12-31T23:59:59.999Z',
      '2040-01-01T00:00:00Z',
      '9999-12-31T00:00:00Z',
    ]) {
      expect(indexName(idAt(iso))).toBe('auditbox-events-other');
    }
    expect(indexName(idAt('2010-01-01T00:00:00Z'))).toBe('auditbox-events-2010.01');
    expect(indexName(idAt('2039-12-31T23:59:59.999Z'))).toBe('auditbox-events-2039.12');
  });

  it('is written under a name of its generation, which tells both', () => {
    expect(writtenIndex('2026.01', 'p', 5)).toBe('p-v5-2026.01');
    expect(writtenMonth('p-v5-2026.01', 'p')).toEqual({ month: '2026.01', projection: 5 });
    expect(writtenMonth('p-v12-other', 'p')).toEqual({ month: 'other', projection: 12 });
    for (const name of [
      'p-2026.01',
      'p-v5-2026.13',
      'p-v5-2026.01-x',
      'q-v5-2026.01',
      'p-v-2026.01',
      'p-vx-other',
    ]) {
      expect(writtenMonth(name, 'p')).toBeUndefined();
    }
  });

  it('is not found by the patterns of what is read, nor the other way round', () => {
    const matches = (name: string, patterns: readonly string[]) =>
      patterns.some((pattern) => name.startsWith(pattern.slice(0, -1)));
    for (const month of ['2026.01', 'other']) {
      expect(matches(`p-${month}`, indexPatterns('p'))).toBe(true);
      expect(matches(`p-${month}`, writtenPatterns('p', 5))).toBe(false);
      expect(matches(writtenIndex(month, 'p', 5), indexPatterns('p'))).toBe(false);
      expect(matches(writtenIndex(month, 'p', 5), writtenPatterns('p', 5))).toBe(true);
      expect(matches(writtenIndex(month, 'p', 51), writtenPatterns('p', 5))).toBe(false);
    }
  });

  it('is one of 361, each of them once', () => {
    const months = indexMonths();
    expect(months).toEqual([...new Set(months)].filter(isIndexMonth));
    expect([months.length, months[0], months.at(-2), months.at(-1)]).toEqual([
      361,
      '2010.01',
      '2039.12',
      'other',
    ]);
  });

  it('knows when a month ends', () => {
    expect(monthEndMs('2025.12')).toBe(Date.UTC(2026, 0));
    expect(monthEndMs('2024.02')).toBe(Date.UTC(2024, 2));
    expect(monthEndMs('other')).toBeUndefined();
    for (const iso of ['2010-01-01T00:00:00Z', '2039-12-31T23:59:59.999Z', '1970-01-01T00:00:00Z']) {
      expect(isIndexMonth(indexMonth(idAt(iso)))).toBe(true);
    }
    for (const text of ['2009', '2040.01', '2026.1', '2026.00', '']) expect(isIndexMonth(text)).toBe(false);
  });
});

describe('the canonical form', () => {
  it('does not depend on the order of keys', () => {
    expect(canonicalForm(exactly('{"b":{"y":1,"x":[{"d":1,"c":2}]},"a":"1"}'))).toBe(
      canonicalForm(exactly('{"a":"1","b":{"x":[{"c":2,"d":1}],"y":1}}')),
    );
  });

  it('leaves out the three values that are the server’s, and a meta that held nothing else', () => {
    const sent = exactly('{"id":"1","meta":{"versionId":"7","lastUpdated":"2026-01-01T00:00:00Z"},"a":1}');
    expect(canonicalForm(sent)).toBe('{"a":1}');
    expect(canonicalForm(exactly('{"meta":{"versionId":"7","source":"urn:x"}}'))).toBe(
      '{"meta":{"source":"urn:x"}}',
    );
  });

  it('keeps numbers as written, so 1.10 and 1.1 differ', () => {
    expect(canonicalForm(exactly('{"a":1.10}'))).toBe('{"a":1.10}');
  });

  it('is the same as written part by part, whatever the keys are', () => {
    fc.assert(
      fc.property(writtenJson({ anyKeys: false }), (written) => {
        const value = exactly(compact({ kind: 'object', members: [['of', written]] }));
        expect(canonicalForm(value)).toBe(canonicalByHand(value));
        const inner = value.of;
        if (typeof inner !== 'object' || inner === null || Array.isArray(inner) || JSON.isRawJSON(inner))
          return;
        const { id: _id, meta: _meta, ...rest } = inner as ExactEvent;
        expect(canonicalForm(rest)).toBe(canonicalByHand(rest));
      }),
    );
  });

  it('has its keys in order where an object can not', () => {
    expect(canonicalForm(exactly('{"b":1,"10":2,"9":3,"a":{"__proto__":4,"B":5}}'))).toBe(
      '{"10":2,"9":3,"a":{"B":5,"__proto__":4},"b":1}',
    );
    const many = Array.from({ length: 20 }, (_, i) => String.fromCharCode(116 - i));
    expect(canonicalForm(exactly(`{${many.map((key) => `"${key}":1`).join(',')}}`))).toBe(
      `{${[...many]
        .sort()
        .map((key) => `"${key}":1`)
        .join(',')}}`,
    );
  });
});

describe('stamping', () => {
  const stamp = { id: 'new', lastUpdated: '2026-02-01T00:00:00.000Z' };

  it('changes id, meta.lastUpdated and meta.versionId and nothing else', () => {
    const sent = exactly(
      '{"id":"old","resourceType":"AuditEvent","meta":{"tag":[{"code":"t"}],"lastUpdated":"x"},"extension":[{"valueDecimal":1.10}]}',
    );
    expect(stampedBytes(sent, stamp).toString()).toBe(
      '{"resourceType":"AuditEvent","id":"new","meta":{"tag":[{"code":"t"}],"lastUpdated":"2026-02-01T00:00:00.000Z","versionId":"1"},"extension":[{"valueDecimal":1.10}]}',
    );
  });

  it('keeps what the sender had there', () => {
    expect(senderValues({ id: 'old', meta: { versionId: '7', lastUpdated: 'then' } })).toEqual({
      id: 'old',
      versionId: '7',
      lastUpdated: 'then',
    });
    expect(senderValues({})).toEqual({});
  });
});

describe('headers', () => {
  const headers = {
    sender: 'anonymous',
    received: '2026-02-01T00:00:00.000Z',
    sha256: 'aa',
    contentDigest: 'bb',
    senderValues: { id: 'old' },
  };

  it('come back as they were', () => {
    expect(decodeHeaders(encodeHeaders(headers))).toEqual(headers);
  });

  it('are undefined where one that every record has is missing', () => {
    const { sha256: _missing, ...rest } = encodeHeaders(headers);
    expect(decodeHeaders(rest)).toBeUndefined();
  });
});
