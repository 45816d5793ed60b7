import { createHash } from 'node:crypto';
import { decodeQuarantine } from '@auditbox/fhir-core';
import { describe, expect, it } from 'vitest';
import { type LoggedRecord, quarantineRecord, quarantineStub } from './quarantine-record.ts';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const STORED = { sha256: '', timestampMs: 0 };
const KEY = '019bc78e-2f20-8000-8000-000000000001';

const RECORD: LoggedRecord = {
  ...{ topic: 't', partition: 3, offset: 7n, key: KEY, timestampMs: Date.UTC(2026, 1, 2) },
  value: Buffer.from([0xff, 0x00, 0x7b]),
  headers: { sender: 'a', received: '2026-02-01T00:00:00.000Z', 'sender-id': 's', x: 'y' },
};
const DIGEST = sha256(RECORD.value ?? Buffer.alloc(0));

describe('quarantineRecord', () => {
  it('is the record as it was, beside the item that it is', () => {
    const { key, value, headers } = quarantineRecord(RECORD, 'not-json', DIGEST);
    expect(value).toBe(RECORD.value);
    expect(headers).toMatchObject(RECORD.headers);
    expect(decodeQuarantine(headers, STORED)).toEqual({
      ...{ id: key, eventId: KEY, origin: 'indexer', reason: 'not-json', sender: 'a', senderId: 's' },
      ...{ received: '2026-02-01T00:00:00.000Z', sha256: DIGEST, issues: [] },
      log: { topic: 't', partition: 3, offset: '7', key: KEY },
    });
  });

  it('does not take headers of the contract that the record had for its own', () => {
    const headers = { ...RECORD.headers, 'quarantine-place': 'p', 'quarantine-released-at': 'now' };
    expect(quarantineRecord({ ...RECORD, headers }, 'not-json', DIGEST)).toEqual(
      quarantineRecord(RECORD, 'not-json', DIGEST),
    );
  });

  it('is an item also where the record had no key, no value and no headers', () => {
    const bare = { ...RECORD, key: null, value: null, headers: {} };
    const { key, headers } = quarantineRecord(bare, 'no-value', sha256(Buffer.alloc(0)));
    expect(decodeQuarantine(headers, STORED)).toMatchObject({
      ...{ id: key, eventId: key, sender: 'unknown', received: '2026-02-02T00:00:00.000Z' },
      log: { topic: 't', partition: 3, offset: '7' },
    });
  });
});

describe('quarantineStub', () => {
  it('says of the same item how large it was and where it is, and nothing that may be large itself', () => {
    const large = { ...RECORD, headers: { ...RECORD.headers, x: 'y'.repeat(100_000) } };
    const { key, value, headers } = quarantineStub(large, 'wrong-digest', DIGEST);
    expect(key).toBe(quarantineRecord(RECORD, 'wrong-digest', DIGEST).key);
    expect(value).toHaveLength(0);
    expect(JSON.stringify(headers).length).toBeLessThan(10_000);
    expect(decodeQuarantine(headers, STORED)).toMatchObject({
      ...{ sha256: DIGEST, omittedBytes: 3 },
      log: { topic: 't', partition: 3, offset: '7', key: KEY },
    });
  });
});
