import { eventIdMs, isEventId } from '@auditbox/fhir-core';
import { describe, expect, it } from 'vitest';
import { dependencies } from './gateway.case.ts';
import { identify, type Sending, type ToIdentify } from './identify.ts';

const EVENT: ToIdentify = {
  ownId: undefined,
  contentDigest: 'd',
  index: 0,
  recorded: '2026-01-16T16:03:16Z',
};
const idOf = (part: Partial<ToIdentify> = {}, sending: Sending = { sender: 'a' }, key = '') =>
  identify({ ...EVENT, ...part }, sending, dependencies({}, key));

describe('an event with its sender’s id', () => {
  it('gets the same id at every sending, wherever it stands and under whatever key it comes', () => {
    const id = idOf({ ownId: 's' });
    expect(isEventId(id)).toBe(true);
    expect(idOf({ ownId: 's', index: 7 })).toBe(id);
    expect(idOf({ ownId: 's' }, { sender: 'a', idempotencyKey: 'k' })).toBe(id);
  });

  it('gets another id for another sender, own id, content or key of the site', () => {
    const ids = [
      idOf({ ownId: 's' }),
      idOf({ ownId: 't' }),
      idOf({ ownId: 's', contentDigest: 'e' }),
      idOf({ ownId: 's' }, { sender: 'b' }),
      idOf({ ownId: 's' }, { sender: 'a' }, 'secret'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('gets an id that is a contract: another form would store a resend of yesterday again', () => {
    expect(idOf({ ownId: 's' })).toBe('019bc78b-f1a0-8ad7-ad70-a779c14ff9c8');
    expect(idOf({}, { sender: 'a', idempotencyKey: 'k' })).toBe('019bc78b-f1a0-8c81-bcf0-491cc81c5a1a');
  });
});

describe('an event without an id', () => {
  it('is another one each time', () => {
    expect(idOf()).not.toBe(idOf());
  });

  it('under an Idempotency-Key is one at a retry, and another for another entry, content, key or sender', () => {
    const under = (idempotencyKey: string, part: Partial<ToIdentify> = {}, sender = 'a') =>
      idOf(part, { sender, idempotencyKey });
    expect(under('k')).toBe(under('k'));
    const ids = [
      under('k'),
      under('l'),
      under('k', { index: 1 }),
      under('k', { contentDigest: 'e' }),
      under('k', {}, 'b'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

it('the millisecond of recorded is in the id, 0 where there is none', () => {
  expect(eventIdMs(idOf())).toBe(Date.parse('2026-01-16T16:03:16Z'));
  for (const recorded of [undefined, 5, 'yesterday', '1969-12-31T00:00:00Z']) {
    expect(eventIdMs(idOf({ recorded }))).toBe(0);
  }
});
