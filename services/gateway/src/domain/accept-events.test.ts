import { createHash } from 'node:crypto';
import { contentForm, decodeHeaders, stampedBytes } from '@auditbox/fhir-core';
import { describe, expect, it } from 'vitest';
import { acceptEvent, type Released, type ValidEvent } from './accept-events.ts';
import { dependencies, EVENT, RECEIVED } from './gateway.case.ts';

const valid = (part: object = {}): ValidEvent => {
  const value = { ...EVENT, id: 'sender-1', ...part } as unknown as ValidEvent['value'];
  return { value, exact: value as unknown as ValidEvent['exact'], index: 0 };
};
const accepted = (event: ValidEvent, released?: Released) =>
  acceptEvent(event, { sender: 'a' }, RECEIVED, dependencies(), released);

describe('acceptEvent', () => {
  it('gives an event that is sent again the same id, whatever the server’s values in it and the order of its keys', () => {
    const again = valid({ meta: { versionId: '3', lastUpdated: '2026-01-17T00:00:00Z' } });
    const { agent, ...rest } = valid().value;
    const turned = { agent, ...rest };
    expect(accepted(again).id).toBe(accepted(valid()).id);
    expect(accepted({ value: turned, exact: turned, index: 0 } as unknown as ValidEvent).id).toBe(
      accepted(valid()).id,
    );
    expect(accepted(valid({ action: 'C' })).id).not.toBe(accepted(valid()).id);
  });

  it('makes a record whose value is what is answered, and whose headers say what is about it', () => {
    const { id, record } = accepted(valid());
    const text = record.value.toString();
    expect(record.key).toBe(id);
    expect(JSON.parse(text)).toMatchObject({
      id,
      meta: { versionId: '1', lastUpdated: RECEIVED.toISOString() },
    });
    expect(decodeHeaders(record.headers)).toMatchObject({
      sender: 'a',
      received: RECEIVED.toISOString(),
      sha256: createHash('sha256').update(text).digest('hex'),
      senderValues: { id: 'sender-1' },
    });
  });

  it('makes what the plain forms of it say, whatever its size', () => {
    for (const name of ['n', 'ü'.repeat(5_000), 'n'.repeat(20_000)]) {
      const event = valid({ agent: [{ requestor: true, name, altId: 'a' }] });
      const { id, contentDigest, record } = accepted(event);
      expect(record.value).toEqual(stampedBytes(event.exact, { id, lastUpdated: RECEIVED.toISOString() }));
      expect(contentDigest).toBe(createHash('sha256').update(contentForm(event)).digest('hex'));
    }
  });

  it('takes what was known of it when it was set aside', () => {
    const id = '019bc78b-f1a0-8fff-bfff-ffffffffffff';
    const released = accepted(valid({ id: 'mended' }), { id, senderId: 'sender-1' });
    expect(released).toMatchObject({ id, record: { key: id } });
    expect(decodeHeaders(released.record.headers)?.senderValues).toEqual({ id: 'sender-1' });
    expect(decodeHeaders(accepted(valid(), { id }).record.headers)?.senderValues).toEqual({});
  });
});
