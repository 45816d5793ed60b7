import { validateAuditEvent } from '@auditbox/fhir-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyRefusal, ORIGIN, USER } from './callers.case.ts';
import { type Refusal, refused, refusedInSum } from './refused.ts';

const NOW = new Date('2026-02-01T10:20:30.456Z');
const REFUSAL: Refusal = {
  ...{ reason: 'expired', clientAddress: '192.0.2.7', requestId: 'r-1', route: '/AuditEvent/:id' },
};
const ALERT: Refusal = {
  ...{ ...REFUSAL, reason: 'insufficient-scope', caller: USER, missingScope: 'system/AuditEvent.s' },
};

it('is a valid event with exactly one requestor, whatever was refused', () => {
  fc.assert(
    fc.property(anyRefusal, (refusal) => {
      const event = refused(refusal, ORIGIN, NOW);
      expect(validateAuditEvent(event)).toEqual([]);
      expect(event.agent.filter(({ requestor }) => requestor)).toHaveLength(1);
    }),
  );
});

it('says where an unverified token came from and why it was refused, and nothing of the token', () => {
  const event = refused({ ...REFUSAL, caller: USER }, ORIGIN, NOW);
  expect(event).toMatchObject({
    type: { code: '110114' },
    subtype: [{ code: '110122' }],
    ...{ action: 'E', outcome: '4', outcomeDesc: 'expired' },
    agent: [
      { who: { display: 'unknown: not authenticated' }, network: { address: '192.0.2.7', type: '2' } },
      { who: { display: 'Auditbox query' } },
    ],
    entity: [
      {
        name: '/AuditEvent/:id',
        detail: [{ type: 'Alert Description' }, { type: 'count', valueString: '1' }, {}],
      },
      { what: { identifier: { value: 'r-1' } } },
    ],
  });
  expect(JSON.stringify(event)).not.toMatch(/viewer|jsmith|C187CC|35fb1058/);
});

it('says who lacked which scope, and where', () => {
  const event = refused(ALERT, ORIGIN, NOW);
  expect(event).toMatchObject({
    type: { code: '110113' },
    subtype: [{ code: '110132' }],
    ...{ action: 'E', outcome: '8', outcomeDesc: 'insufficient-scope' },
  });
  expect(event.agent.find(({ requestor }) => requestor)?.name).toBe('jsmith');
  expect(event.entity?.[0]).toMatchObject({ name: '/AuditEvent/:id' });
  expect(event.entity?.[0]?.detail).toContainEqual({
    ...{ type: 'missing-scope', valueString: 'system/AuditEvent.s' },
  });
});

it('sums up what was refused in a while, by reason', () => {
  const counts = new Map([['invalid', 40] as const, ['malformed', 2] as const]);
  const start = new Date('2026-02-01T10:19:30.456Z');
  const event = refusedInSum('login', counts, { start, end: NOW }, ORIGIN);
  expect(validateAuditEvent(event)).toEqual([]);
  expect(event).toMatchObject({
    type: { code: '110114' },
    recorded: NOW.toISOString(),
    period: { start: start.toISOString(), end: NOW.toISOString() },
    agent: [{ who: { display: 'several clients' }, requestor: true }, {}],
  });
  expect(event.entity?.[0]?.detail?.slice(1)).toEqual([
    { type: 'count', valueString: '42' },
    { type: 'count-invalid', valueString: '40' },
    { type: 'count-malformed', valueString: '2' },
  ]);
});
