import { decodeQuarantine, isEventId } from '@auditbox/fhir-core';
import { describe, expect, it } from 'vitest';
import { answerBundle } from './answer.ts';
import { type Decision, decideBundle, decideEvent } from './decide.ts';
import {
  bundle,
  bundleOf,
  dependencies,
  EVENT,
  event,
  INVALID,
  notificationOf,
  submitted,
} from './gateway.case.ts';

const QUARANTINE = { onInvalid: 'quarantine' } as const;

/** A decision in short: `stored`, `set-aside invalid-event`, `refused 400 required Bundle.entry`. */
function told(decision: Decision): string[] {
  const issues = (all: readonly { code: string; expression?: readonly string[] }[]) =>
    all.map(({ code, expression = [] }) => [code, ...expression].join(' ')).join(', ');
  if (decision.kind === 'refused') return [`refused ${decision.status} ${issues(decision.issues)}`];
  const fates = decision.kind === 'single' ? [decision.fate] : decision.fates;
  return fates.map((fate) => {
    if (fate.kind === 'stored') return 'stored';
    if (fate.kind === 'set-aside') return `set-aside ${fate.item.reason}`;
    return `refused ${fate.status} ${issues(fate.issues)}`;
  });
}

describe('one event', () => {
  it('is stored, or refused with each problem at its place', () => {
    expect(told(event(EVENT))).toEqual(['stored']);
    expect(told(event(INVALID))).toEqual(['refused 400 required AuditEvent.recorded']);
    expect(told(event('{'))).toEqual([expect.stringMatching(/^refused 400 structure/)]);
    expect(told(event(JSON.stringify(EVENT).replace('{', '{"type":{"code":"x"},')))).toEqual([
      expect.stringMatching(/^refused 400 /),
    ]);
  });

  it('is stored up to the bound on its bytes and refused one byte past it', () => {
    const stored = decideEvent(submitted(EVENT), dependencies());
    if (stored.kind !== 'single' || stored.fate.kind !== 'stored') throw new Error('it is stored');
    const bytes = stored.fate.event.record.value.length;
    expect(told(decideEvent(submitted(EVENT), dependencies({ eventBytesMax: bytes })))).toEqual(['stored']);
    expect(told(decideEvent(submitted(EVENT), dependencies({ eventBytesMax: bytes - 1 })))).toEqual([
      'refused 413 too-long AuditEvent',
    ]);
  });

  it('is set aside instead of refused where that is asked for, whatever is wrong with it', () => {
    expect(told(event(INVALID, QUARANTINE))).toEqual(['set-aside invalid-event']);
    expect(told(event('{', QUARANTINE))).toEqual(['set-aside not-json']);
    expect(told(event('null', QUARANTINE))).toEqual(['set-aside invalid-event']);
    const small = dependencies({ eventBytesMax: 10 });
    expect(told(decideEvent(submitted(EVENT, QUARANTINE), small))).toEqual(['set-aside too-large']);
  });
});

describe('a collection and a notification', () => {
  it.each([
    ['a collection', (...events: unknown[]) => bundleOf('collection', ...events), 0],
    ['a notification', notificationOf, 1],
  ] as const)('%s is stored whole or refused whole', (_what, of, first) => {
    expect(told(bundle(of(EVENT, EVENT)))).toEqual(['stored', 'stored']);
    expect(told(bundle(of(EVENT, INVALID, { resourceType: 'Patient' })))).toEqual([
      `refused 400 required Bundle.entry[${first + 1}].resource.recorded, value Bundle.entry[${first + 2}].resource`,
    ]);
  });

  it.each([
    ['a collection', (...events: unknown[]) => bundleOf('collection', ...events)],
    ['a notification', notificationOf],
  ] as const)('with quarantine, what is invalid in %s is set aside and the rest stored', (_what, of) => {
    expect(told(bundle(of(EVENT, INVALID, { resourceType: 'Patient' }, null), QUARANTINE))).toEqual([
      'stored',
      'set-aside invalid-event',
      'set-aside invalid-event',
      'set-aside invalid-event',
    ]);
  });

  it('a notification without events is taken, one that tells of events it does not have is not', () => {
    expect(told(bundle(notificationOf()))).toEqual([]);
    const idOnly = notificationOf(EVENT);
    expect(told(bundle({ ...idOnly, entry: idOnly.entry.slice(0, 1) }))).toEqual([
      'refused 400 required Bundle.entry',
    ]);
    const withoutResource = { ...idOnly, entry: [idOnly.entry[0], { fullUrl: 'urn:x:1' }] };
    expect(told(bundle(withoutResource))).toEqual(['refused 400 required Bundle.entry[1].resource']);
  });
});

describe('a batch', () => {
  it('is decided entry by entry', () => {
    const conditional = {
      resource: EVENT,
      request: { method: 'POST', url: 'AuditEvent', ifNoneExist: 'a=b' },
    };
    const { entry, ...rest } = bundleOf('batch', EVENT, INVALID);
    const read = { request: { method: 'GET', url: 'AuditEvent/1' } };
    const body = { ...rest, entry: [...entry, conditional, read] };
    const inBatch = [
      'stored',
      'refused 400 required Bundle.entry[1].resource.recorded',
      'refused 412 not-supported Bundle.entry[2].request.ifNoneExist',
      expect.stringMatching(/^refused 400 not-supported Bundle.entry\[3].request.method/),
    ];
    expect(told(bundle(body))).toEqual(inBatch);
    expect(told(bundle(body, QUARANTINE))).toEqual([
      'stored',
      'set-aside invalid-event',
      inBatch[2],
      'set-aside invalid-event',
    ]);
  });
});

describe('a transaction', () => {
  it('is all or nothing, and never set aside', () => {
    expect(told(bundle(bundleOf('transaction', EVENT, EVENT)))).toEqual(['stored', 'stored']);
    const refused = ['refused 400 required Bundle.entry[1].resource.recorded'];
    expect(told(bundle(bundleOf('transaction', EVENT, INVALID)))).toEqual(refused);
    expect(told(bundle(bundleOf('transaction', EVENT, INVALID), QUARANTINE))).toEqual(refused);
    const empty = { ...bundleOf('transaction'), entry: [] };
    expect(told(bundle(empty, QUARANTINE))).toEqual(['refused 400 required Bundle.entry']);
  });

  it('with a conditional create is a 412', () => {
    const { entry, ...rest } = bundleOf('transaction', EVENT, INVALID);
    const request = { method: 'POST', url: 'AuditEvent', ifNoneExist: 'a=b' };
    expect(told(bundle({ ...rest, entry: [...entry, { resource: EVENT, request }] }))).toEqual([
      expect.stringMatching(/^refused 412 .*ifNoneExist/),
    ]);
  });
});

describe('with quarantine, nothing but a transaction and a conditional create in a batch is refused', () => {
  const conditional = { resource: EVENT, request: { method: 'POST', url: 'AuditEvent', ifNoneExist: 'a=b' } };

  it.each([['collection'], ['history']])('a conditional create in a %s is set aside', (type) => {
    const { entry, ...rest } = type === 'history' ? notificationOf(EVENT) : bundleOf(type, EVENT);
    expect(told(bundle({ ...rest, entry: [...entry, conditional] }, QUARANTINE))).toEqual([
      'stored',
      'set-aside invalid-event',
    ]);
    expect(told(bundle({ ...rest, entry: [...entry, conditional] }))).toEqual([
      expect.stringMatching(/^refused 412 /),
    ]);
  });

  it('whatever the type of an event is, it is no transaction', () => {
    expect(told(event({ ...EVENT, type: 'transaction' }, QUARANTINE))).toEqual(['set-aside invalid-event']);
    expect(told(bundle({ resourceType: 'Patient', type: 'transaction' }, QUARANTINE))).toEqual([
      'set-aside invalid-bundle',
    ]);
  });

  it.each([null, 5, 'x', true, [], {}])(
    '%j as an entry, and as a body, is set aside and answered',
    (value) => {
      for (const of of [bundleOf('collection', EVENT), bundleOf('batch', EVENT), notificationOf(EVENT)]) {
        const decision = bundle({ ...of, entry: [...of.entry, value] }, QUARANTINE);
        expect(told(decision)).toEqual(['stored', 'set-aside invalid-event']);
        if (decision.kind !== 'bundle') throw new Error('it is a Bundle');
        expect(String(answerBundle(decision, 'http://localhost:3002', undefined).body)).toContain(
          'OperationOutcome',
        );
      }
      expect(told(bundle(JSON.stringify(value), QUARANTINE))).toEqual(['set-aside invalid-bundle']);
      expect(told(event(JSON.stringify(value), QUARANTINE))).toEqual(['set-aside invalid-event']);
    },
  );
});

describe('what an entry asks for', () => {
  it.each([
    'AuditEvent',
    '/AuditEvent',
    'AuditEvent/',
    '/fhir/AuditEvent',
    'http://localhost:3002/AuditEvent',
  ])('is a create where its url is %s', (url) => {
    const body = bundleOf('batch', EVENT);
    const entry = body.entry.map((each) => ({ ...each, request: { method: 'POST', url } }));
    expect(told(bundle({ ...body, entry }))).toEqual(['stored']);
  });

  it.each([
    ['PUT', 'AuditEvent'],
    ['DELETE', 'AuditEvent'],
    ['POST', 'Patient'],
    ['POST', 'AuditEvent?x=y'],
    ['POST', 'XAuditEvent'],
  ])('is refused at its entry where it is %s %s, also in a collection', (method, url) => {
    for (const type of ['collection', 'transaction']) {
      const body = bundleOf(type, EVENT, EVENT);
      const entry = body.entry.map((each, at) => (at === 1 ? { ...each, request: { method, url } } : each));
      expect(told(bundle({ ...body, entry }))).toEqual([
        expect.stringMatching(/^refused 400 not-supported Bundle\.entry\[1]\.request\.(method|url)$/),
      ]);
    }
  });

  it('is missing in a batch or transaction without a request (bdl-3)', () => {
    const body = { ...bundleOf('transaction'), entry: [{ resource: EVENT }] };
    expect(told(bundle(body))).toEqual(['refused 400 required Bundle.entry[0].request']);
  });
});

describe('a Bundle whose own shape is wrong', () => {
  it.each([
    ['an empty one', bundleOf('collection'), 'required Bundle.entry'],
    ['of another type', { ...bundleOf('collection', EVENT), type: 'message' }, 'not-supported Bundle.type'],
    ['a history of someone else', bundleOf('history', EVENT), 'not-supported Bundle.entry[0].resource'],
    ['no Bundle', EVENT, 'value Bundle'],
  ])('%s is refused, or set aside as a whole', (_what, body, refusal) => {
    expect(told(bundle(body))).toEqual([`refused 400 ${refusal}`]);
    expect(told(bundle(body, QUARANTINE))).toEqual(['set-aside invalid-bundle']);
  });

  it('is told at the limit of entries and one past it', () => {
    const limited = dependencies({ bundleEntriesMax: 2 });
    const of = (count: number, part = {}) =>
      told(decideBundle(submitted(bundleOf('collection', ...Array(count).fill(EVENT)), part), limited));
    expect(of(2)).toEqual(['stored', 'stored']);
    expect(of(3)).toEqual(['refused 413 too-long Bundle.entry']);
    expect(of(3, QUARANTINE)).toEqual(['set-aside too-large']);
  });
});

describe('what is set aside', () => {
  const records = (decision: Decision) => {
    if (decision.kind === 'refused') throw new Error('it is taken');
    const fates = decision.kind === 'single' ? [decision.fate] : decision.fates;
    return fates.flatMap((fate) => (fate.kind === 'set-aside' ? [fate.item.record] : []));
  };

  it('is kept verbatim, with its sender, time, place and issues', () => {
    const source = '{ "resourceType" : "AuditEvent",\n "id":"s-1", "\\u0061ction":"X", "x": 1.10 }';
    const body = `{"resourceType":"Bundle","type":"collection","entry":[{"resource":${JSON.stringify(EVENT)}},{"resource":${source}}]}`;
    const [record] = records(bundle(body, { ...QUARANTINE, sending: { sender: 'hospital' } }));
    expect(record?.value.toString()).toBe(source);
    expect(decodeQuarantine(record?.headers ?? {}, { sha256: '', timestampMs: 0 })).toMatchObject({
      id: record?.key,
      eventId: record?.key,
      origin: 'gateway',
      reason: 'invalid-event',
      sender: 'hospital',
      received: '2026-02-01T10:00:00.000Z',
      place: 'Bundle.entry[1].resource',
      senderId: 's-1',
      requestId: 'r-1',
      issues: expect.arrayContaining([expect.objectContaining({ code: 'code-invalid' })]),
    });
  });

  it('has an id like an event’s: the same when it is sent again, another for another sender or content', () => {
    const idOf = (body: unknown, sender = 'a') =>
      records(event(body, { ...QUARANTINE, sending: { sender } }))[0]?.key ?? '';
    const invalid = { ...INVALID, id: 's-1' };
    expect(isEventId(idOf(invalid))).toBe(true);
    expect(idOf(invalid)).toBe(idOf(JSON.stringify(invalid, null, 2)));
    const others = [
      idOf(invalid),
      idOf(invalid, 'b'),
      idOf({ ...invalid, action: 'X' }),
      idOf({ ...invalid, id: 's-2' }),
    ];
    expect(new Set(others).size).toBe(others.length);
    expect(idOf('{"a":')).toBe(idOf('{"a":'));
    expect(idOf('{"a":')).not.toBe(idOf('{"b":'));
    expect(idOf(INVALID)).not.toBe(idOf(INVALID));
  });

  it('has the id that the event would have, so a release and a later acceptance are one', () => {
    const sent = { ...EVENT, id: 's-1' };
    const stored = event(sent);
    const limited = dependencies({ eventBytesMax: 10 });
    const [aside] = records(decideEvent(submitted(sent, QUARANTINE), limited));
    if (stored.kind !== 'single' || stored.fate.kind !== 'stored') throw new Error('it is stored');
    expect(aside?.key).toBe(stored.fate.event.id);
  });

  it('is one item where a body that is no event is sent again', () => {
    const idOf = (body: unknown) => records(bundle(JSON.stringify(body), QUARANTINE))[0]?.key;
    for (const body of [{ ...bundleOf('collection', EVENT), type: 'message' }, null, 5, []]) {
      expect(idOf(body)).toBe(idOf(body));
    }
  });

  it('is two items where two entries say a thing twice in the same words', () => {
    const twice = JSON.stringify(INVALID).replace('{', '{"action":"C","action":"C",');
    const body = `{"resourceType":"Bundle","type":"collection","entry":[{"resource":${twice}},{"resource":${twice}}]}`;
    const [one, other] = records(bundle(body, QUARANTINE));
    expect(one?.key).not.toBe(other?.key);
  });

  it('is told apart by its bytes where its JSON says a thing twice', () => {
    const twice = (first: string) => `{"id":"s-1","outcomeDesc":"${first}","outcomeDesc":"b"}`;
    const [one] = records(event(twice('a'), QUARANTINE));
    const [other] = records(event(twice('c'), QUARANTINE));
    expect(one?.key).not.toBe(other?.key);
  });
});
