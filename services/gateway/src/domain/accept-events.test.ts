import { createHash, createHmac, randomBytes } from 'node:crypto';
import { type AuditEvent, decodeHeaders, eventIdMs } from '@auditbox/fhir-core';
import { describe, expect, it } from 'vitest';
import { acceptEvents, type ValidEvent } from './accept-events.ts';

const NOW = '2026-02-01T10:00:00.000Z';

const accepting = (key = '') =>
  acceptEvents({
    now: () => new Date(NOW),
    randomBytes,
    sha256: (text) => createHash('sha256').update(text).digest(),
    keyedDigest: (text) =>
      (key === '' ? createHash('sha256') : createHmac('sha256', key)).update(text).digest(),
  });

const parsed = (text: string): ValidEvent => {
  const value = JSON.parse(text) as AuditEvent & Record<string, unknown>;
  return { value, exact: value };
};

const event = (part: object = {}): ValidEvent =>
  parsed(
    JSON.stringify({
      resourceType: 'AuditEvent',
      id: 'sender-1',
      type: { code: '110100' },
      recorded: '2026-01-16T16:03:16Z',
      agent: [{ requestor: true }],
      source: { observer: { display: 'My System' } },
      ...part,
    }),
  );

const idOf = (valid: ValidEvent, sender = 'a', key = '') => accepting(key)([valid], sender)[0]?.id ?? '';

describe('acceptEvents', () => {
  it('gives an event that is sent again the same id, whatever the server’s values in it and the order of its keys', () => {
    const again = event({ meta: { versionId: '3', lastUpdated: '2026-01-17T00:00:00Z' } });
    const { agent, ...rest } = event().value;
    expect(idOf(again)).toBe(idOf(event()));
    expect(idOf(parsed(JSON.stringify({ agent, ...rest })))).toBe(idOf(event()));
  });

  it('gives another id for other content, another sender’s id, another sender and another key', () => {
    const ids = [
      idOf(event()),
      idOf(event({ action: 'C' })),
      idOf(event({ id: 'sender-2' })),
      idOf(event(), 'b'),
      idOf(event(), 'a', 'key'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('keeps two equal events without ids apart', () => {
    const anonymous = event({ id: undefined });
    expect(idOf(anonymous)).not.toBe(idOf(anonymous));
  });

  it('puts the millisecond of recorded into the id', () => {
    expect(eventIdMs(idOf(event()))).toBe(Date.parse('2026-01-16T16:03:16Z'));
    expect(eventIdMs(idOf(event({ recorded: '1969-12-31T00:00:00Z' })))).toBe(0);
  });

  it('makes a record whose value is what is answered, and whose headers say what is about it', () => {
    const [accepted] = accepting()([event()], 'a');
    const text = accepted?.text ?? '';
    expect(accepted?.record.value.toString()).toBe(text);
    expect(accepted?.record.key).toBe(accepted?.id);
    expect(JSON.parse(text)).toMatchObject({ id: accepted?.id, meta: { versionId: '1', lastUpdated: NOW } });
    expect(decodeHeaders(accepted?.record.headers ?? {})).toMatchObject({
      sender: 'a',
      received: NOW,
      sha256: createHash('sha256').update(text).digest('hex'),
      senderValues: { id: 'sender-1' },
    });
  });
});
