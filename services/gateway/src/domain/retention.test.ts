/** The door and what is past its retention: refused, or set aside where that is asked for, to the millisecond; never taken. */
import { eventId } from '@auditbox/fhir-core';
import { describe, expect, it } from 'vitest';
import { answerBundle } from './answer.ts';
import { type DecideDependencies, type Decision, decideBundle, decideEvent } from './decide.ts';
import { bundleOf, dependencies, EVENT, INVALID, notificationOf, submitted } from './gateway.case.ts';
import { retentionIssue } from './retention.ts';

const QUARANTINE = { onInvalid: 'quarantine' } as const;

/** Received on 2026-02-01 at 10:00: of what was recorded in 2025, November is past and December is not. */
const limited = (part: Partial<DecideDependencies> = {}) => dependencies({ retention: 32, ...part });
const PAST = { ...EVENT, id: 's-1', recorded: '2025-11-30T23:59:59.999Z' };
const KEPT = { ...EVENT, recorded: '2025-12-01T00:00:00Z' };

const fates = (decision: Decision) => {
  if (decision.kind === 'refused') return [{ ...decision, index: -1 }];
  return decision.kind === 'single' ? [decision.fate] : decision.fates;
};
const told = (decision: Decision) =>
  fates(decision).map((fate) => {
    if (fate.kind === 'stored') return 'stored';
    if (fate.kind === 'set-aside') return `set-aside ${fate.item.reason}`;
    return `${fate.status} ${fate.issues.map(({ code, expression }) => `${code} ${expression}`).join(', ')}`;
  });

describe('an event whose month is past the retention', () => {
  it('is refused as valid and against a rule, with the days and nothing that was sent', () => {
    expect(told(decideEvent(submitted(KEPT), limited()))).toEqual(['stored']);
    const decision = decideEvent(submitted(PAST), limited());
    expect(told(decision)).toEqual(['422 business-rule AuditEvent.recorded']);
    expect(fates(decision)).toMatchObject([
      { issues: [{ diagnostics: expect.stringContaining('kept for 32 days after the end of the month') }] },
    ]);
    expect(JSON.stringify(decision)).not.toContain('2025');
  });

  it('is set aside where that is asked for, under the id that the event would have', () => {
    const [aside] = fates(decideEvent(submitted(PAST, QUARANTINE), limited()));
    const [stored] = fates(decideEvent(submitted(PAST), dependencies()));
    if (aside?.kind !== 'set-aside' || stored?.kind !== 'stored')
      throw new Error('it is set aside, and stored');
    expect(aside.item.reason).toBe('past-retention');
    expect(aside.item.id).toBe(stored.event.id);
  });

  it('is stored where retention is off', () => {
    expect(told(decideEvent(submitted(PAST), dependencies()))).toEqual(['stored']);
  });

  it('is refused for what is wrong with it first', () => {
    const invalid = { ...PAST, action: 'X' };
    expect(told(decideEvent(submitted(invalid), limited()))).toEqual(['400 code-invalid AuditEvent.action']);
    expect(told(decideEvent(submitted(INVALID, QUARANTINE), limited()))).toEqual(['set-aside invalid-event']);
  });

  it('is told before its size', () => {
    const small = limited({ eventBytesMax: 10 });
    expect(told(decideEvent(submitted(PAST), small))).toEqual(['422 business-rule AuditEvent.recorded']);
    expect(told(decideEvent(submitted(PAST, QUARANTINE), small))).toEqual(['set-aside past-retention']);
  });

  it('is judged by the id that it had from the start where it is released', () => {
    const released = { id: eventId(Date.UTC(2025, 10, 15), new Uint8Array(10)) };
    expect(told(decideEvent(submitted(KEPT, { released }), limited()))).toEqual([
      '422 business-rule AuditEvent.recorded',
    ]);
    expect(told(decideEvent(submitted(KEPT, { released }), dependencies()))).toEqual(['stored']);
  });
});

describe('in a Bundle', () => {
  const AT_1 = '422 business-rule Bundle.entry[1].resource.recorded';

  it('it refuses a collection, a notification and a transaction as a whole', () => {
    const whole = (body: unknown, part = {}) => told(decideBundle(submitted(body, part), limited()));
    expect(whole(bundleOf('collection', KEPT, PAST))).toEqual([AT_1]);
    expect(whole(notificationOf(PAST, KEPT))).toEqual([AT_1]);
    expect(whole(bundleOf('transaction', KEPT, PAST))).toEqual([AT_1]);
    expect(whole(bundleOf('transaction', KEPT, PAST), QUARANTINE)).toEqual([AT_1]);
  });

  it('it is told before the size of its neighbours', () => {
    const long = { ...KEPT, outcomeDesc: 'x'.repeat(2000) };
    const decision = decideBundle(
      submitted(bundleOf('collection', long, PAST)),
      limited({ eventBytesMax: 1500 }),
    );
    expect(told(decision)).toEqual([
      '422 too-long Bundle.entry[0].resource, business-rule Bundle.entry[1].resource.recorded',
    ]);
  });

  it('it is refused alone in a batch, and answered so at its place', () => {
    const decision = decideBundle(submitted(bundleOf('batch', KEPT, PAST)), limited());
    expect(told(decision)).toEqual(['stored', AT_1]);
    if (decision.kind !== 'bundle') throw new Error('it is a Bundle');
    const { entry } = JSON.parse(String(answerBundle(decision, 'http://localhost:3002', undefined).body));
    expect(entry.map(({ response }: { response: { status: string } }) => response.status)).toEqual([
      '201 Created',
      '422 Unprocessable Content',
    ]);
  });

  it.each([['collection'], ['batch'], ['history']])(
    'it alone is set aside in a %s where that is asked for',
    (type) => {
      const body = type === 'history' ? notificationOf(KEPT, PAST) : bundleOf(type, KEPT, PAST);
      expect(told(decideBundle(submitted(body, QUARANTINE), limited()))).toEqual([
        'stored',
        'set-aside past-retention',
      ]);
    },
  );
});

describe('the moment', () => {
  const idAt = (iso: string) => eventId(Date.parse(iso), new Uint8Array(10));
  const isTaken = (recorded: string, days: number, received: string) =>
    retentionIssue(idAt(recorded), 'AuditEvent', days, new Date(received)) === undefined;

  it.each([
    ['2025-11-01T00:00:00Z', 30, '2025-12-31T00:00:00.000Z'],
    ['2025-11-30T23:59:59.999Z', 30, '2025-12-31T00:00:00.000Z'],
    ['2024-02-10T00:00:00Z', 1, '2024-03-02T00:00:00.000Z'],
    ['2025-12-31T23:59:59.999Z', 1, '2026-01-02T00:00:00.000Z'],
  ])(
    'an event of %s, kept for %i days, is taken until %s and no millisecond longer',
    (recorded, days, last) => {
      expect(isTaken(recorded, days, last)).toBe(true);
      expect(isTaken(recorded, days, new Date(Date.parse(last) + 1).toISOString())).toBe(false);
    },
  );

  it.each([
    '1970-01-01T00:00:00Z',
    '2009-12-31T23:59:59.999Z',
    '2040-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
  ])('never comes for %s, which is of no month', (recorded) =>
    expect(isTaken(recorded, 1, '2140-01-01T00:00:00Z')).toBe(true),
  );
});
