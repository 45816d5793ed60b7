import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalForm } from '../record/canonical.ts';
import type { AuditEvent } from '../schema/audit-event.ts';
import { validateAuditEvent } from '../validate/audit-event.ts';
import { contentForm, fromAuditEvent, RESULT_OUTCOMES, sentPart, toAuditEvent } from './audit-event.ts';
import {
  ADDED_FIELDS,
  type AddedFields,
  SENT_FIELDS,
  type SentEvent,
  sentEventProblems,
  unmetExpectation,
} from './event.ts';

/** Text as JSON can carry it, with what breaks naive mappings in it. */
const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  .filter((value) => value.length <= 256 && value.isWellFormed());
const word = fc.stringMatching(/^[^\s]{1,20}$/).filter((value) => value.isWellFormed());
const instant = fc
  .date({ min: new Date('0001-01-02'), max: new Date('9999-12-30'), noInvalidDate: true })
  .map((date) => date.toISOString());

const sent: fc.Arbitrary<SentEvent> = fc.record(
  {
    org_id: text,
    action: fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' ')),
    action_result: fc.constantFrom('success', 'failure'),
    actor_id: text,
    actor_type: fc.constantFrom('user', 'machine'),
    occurred_at: fc.oneof(
      instant,
      fc.constantFrom('2023-11-07T05:31:56Z', '2024-02-29T23:59:59.123456789+14:00'),
    ),
    actor_email: text,
    actor_name: text,
    client_ip: fc.oneof(fc.ipV4(), fc.ipV6()),
    request_method: fc.constantFrom('GET', 'POST', 'get', 'PURGE', "x-'y"),
    request_path: text,
    response_status: fc.integer({ min: 100, max: 599 }),
  },
  { requiredKeys: ['org_id', 'action', 'action_result', 'actor_id', 'actor_type', 'occurred_at'] },
);
const added: fc.Arbitrary<AddedFields> = fc.record(
  {
    parent_org_id: text,
    client_geo_lat: fc.double({ min: -90, max: 90, noNaN: true }).map((value) => value + 0),
    client_geo_lon: fc.double({ min: -180, max: 180, noNaN: true }).map((value) => value + 0),
    client_city: text,
    client_region_code: text,
    client_subdivision_1_code: text,
    user_agent_name: text,
    user_agent_version: text,
  },
  { requiredKeys: [] },
);

describe('the mapping', () => {
  it('loses nothing both ways, also through JSON, and makes a valid AuditEvent', () => {
    fc.assert(
      fc.property(sent, added, (event, more) => {
        expect(sentEventProblems(event)).toEqual([]);
        const resource = toAuditEvent(event, more);
        expect(validateAuditEvent(resource)).toEqual([]);
        const back = fromAuditEvent(JSON.parse(JSON.stringify(resource)));
        expect(back).toEqual({ ...event, ...more });
        expect(canonicalForm(sentPart(back!))).toBe(canonicalForm(event));
      }),
      { numRuns: 500 },
    );
  });

  it('says what it can in words of R4', () => {
    const event = toAuditEvent({
      ...{ org_id: 'clinic-7', action: 'record.view', action_result: 'failure', actor_id: 'u-1' },
      ...{ actor_type: 'user', occurred_at: '2023-11-07T05:31:56Z', actor_name: 'Jo Smith' },
      ...{ actor_email: 'jsmith@example.com', client_ip: '203.0.113.7' },
      ...{ request_method: 'GET', request_path: '/records/9', response_status: 503 },
    });
    expect(event).toMatchObject({
      type: { code: 'application-event' },
      subtype: [{ code: 'record.view' }],
      action: 'R',
      outcome: '8',
      recorded: '2023-11-07T05:31:56Z',
      agent: [
        {
          type: { coding: [{ code: 'humanuser' }] },
          who: { identifier: { value: 'u-1' }, display: 'Jo Smith' },
          altId: 'jsmith@example.com',
          name: 'Jo Smith',
          network: { address: '203.0.113.7', type: '2' },
        },
      ],
      source: { observer: { type: 'Organization', identifier: { value: 'clinic-7' } } },
      entity: [{ name: '/records/9' }],
    });
  });

  it('gives no event of a resource that only claims to be one', () => {
    const event = toAuditEvent({
      ...{ org_id: 'a', action: 'b', action_result: 'success', actor_id: 'c', actor_type: 'machine' },
      occurred_at: '2023-11-07T05:31:56Z',
    });
    expect(fromAuditEvent({ ...event, meta: {} })).toBeUndefined();
    expect(fromAuditEvent({ ...event, source: { observer: { display: 'x' } } })).toBeUndefined();
    expect(fromAuditEvent({ ...event, outcomeDesc: 'said by somebody else' })).toBeUndefined();
    expect(fromAuditEvent({ ...event, agent: [...event.agent, { requestor: false }] })).toBeUndefined();
    expect(fromAuditEvent(event)).toBeDefined();
  });

  // Every object has a toString, so that `in` found it among the fields; and nobody looked at what a field's value was.
  it.each([
    { url: 'toString', valueString: 'x' },
    { url: '__proto__', valueString: 'x' },
    { url: 'client_geo_lat', valueString: '52.5' },
    { url: 'client_city', valueDecimal: 1 },
    { url: 'org_id', valueString: 'x' },
  ])('gives no event of a resource to which no server adds %j', (forged) => {
    const event = toAuditEvent({
      ...{ org_id: 'a', action: 'b', action_result: 'success', actor_id: 'c', actor_type: 'machine' },
      occurred_at: '2023-11-07T05:31:56Z',
    });
    const url = 'https://auditbox.io/fhir/StructureDefinition/application-event-added';
    const added = (extension: object) =>
      fromAuditEvent({ ...event, extension: [{ url, extension: [extension] }] } as AuditEvent);
    expect(added(forged)).toBeUndefined();
    expect(added({ url: 'client_city', valueString: 'Bonn' })).toMatchObject({ client_city: 'Bonn' });
  });

  it('has an outcome for each result, and each outcome for one', () => {
    const outcome = (action_result: SentEvent['action_result'], response_status: number) =>
      toAuditEvent({
        ...{ org_id: 'a', action: 'b', action_result, actor_id: 'c', actor_type: 'machine' },
        ...{ occurred_at: '2023-11-07T05:31:56Z', response_status },
      }).outcome;
    for (const result of ['success', 'failure'] as const)
      for (let status = 100; status < 600; status += 1)
        expect(RESULT_OUTCOMES[result]).toContain(outcome(result, status));
  });
});

describe('the content of an event', () => {
  const sent: SentEvent = {
    ...{ org_id: 'a', action: 'b', action_result: 'success', actor_id: 'c', actor_type: 'machine' },
    occurred_at: '2023-11-07T05:31:56Z',
  };

  it('is what an application sent, whatever the server added', () => {
    const value = toAuditEvent(sent, { client_city: 'Bonn', client_geo_lat: 50.73 });
    expect(contentForm({ value, exact: value })).toBe(canonicalForm(sent));
  });

  it('is all of any other, with its numbers as written', () => {
    const value = { ...toAuditEvent(sent), outcomeDesc: 'more' };
    const exact = { ...value, extension: [{ url: 'urn:x', valueDecimal: JSON.rawJSON('1.10') }] };
    expect(contentForm({ value, exact })).toBe(canonicalForm(exact));
  });
});

describe('what is sent', () => {
  const good = {
    ...{ org_id: 'a', action: 'b', action_result: 'success', actor_id: 'c', actor_type: 'machine' },
    occurred_at: '2023-11-07T05:31:56Z',
  };

  it.each<[name: string, value: unknown]>([
    ['org_id', ''],
    ['org_id', 7],
    ['org_id', 'x'.repeat(257)],
    ['action', ' a'],
    ['action', 'a  b'],
    ['action', 'a\nb'],
    ['action_result', 'maybe'],
    ['actor_type', null],
    ['occurred_at', '2023-11-07'],
    ['occurred_at', '2023-02-30T00:00:00Z'],
    ['occurred_at', '2023-11-07T05:31:56'],
    ['client_ip', '1.2.3'],
    ['client_ip', '01.2.3.4'],
    ['client_ip', '1.2.3.4.'],
    ['client_ip', 'fe80::1%eth0'],
    ['client_ip', '::1]/x['],
    ['request_method', 'GE T'],
    ['response_status', 99],
    ['response_status', 200.5],
    ['response_status', '200'],
    ['id', 'mine'],
    ['sha256', 'mine'],
    ['client_city', 'Bonn'],
    ['colour', 'red'],
    ['__proto__x', 1],
  ])('with a %s of %j is refused for that field, and repeats nothing of it', (field, value) => {
    const problems = sentEventProblems({ ...good, [field]: value });
    expect(problems.map((problem) => problem.field)).toEqual([field]);
    if (typeof value === 'string' && value.length > 4) expect(problems[0]?.message).not.toContain(value);
  });

  it.each([undefined, null, [], 'x', 7])('is an object: %j is not', (value) => {
    expect(sentEventProblems(value)).toHaveLength(1);
  });

  it('has each of its required fields, all problems at once', () => {
    expect(sentEventProblems({ response_status: 0 }).map(({ field }) => field)).toEqual([
      ...['org_id', 'action', 'action_result', 'actor_id', 'actor_type', 'occurred_at', 'response_status'],
    ]);
  });

  it.each(['1.2.3.4', '255.255.255.255', '::1', '2001:db8::1', '::ffff:1.2.3.4'])(
    'takes the address %s',
    (client_ip) => {
      expect(sentEventProblems({ ...good, client_ip })).toEqual([]);
    },
  );

  it('repeats no name that looks like none, and not a thousand problems', () => {
    const [problem] = sentEventProblems({ ...good, 'Erika Mustermann, born 1970': 1 });
    expect(problem).toEqual({ field: '…', message: '… is not a field of an event.' });
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`f${n}`, n]));
    expect(sentEventProblems({ ...good, ...many })).toHaveLength(50);
  });

  it('is told field by field as it is told whole', () => {
    expect(unmetExpectation('action', 'a  b')).toMatch(/^1 to 256 characters, with no white space/);
    for (const [field, value] of Object.entries(good))
      expect(unmetExpectation(field as keyof SentEvent, value)).toBeUndefined();
  });

  it('shares no field with what the server adds', () => {
    expect(Object.keys(SENT_FIELDS).filter((name) => name in ADDED_FIELDS)).toEqual([]);
  });
});
