import { describe, expect, it } from 'vitest';
import { type Answer, answerBundle, answerSingle, type PreferredReturn } from './answer.ts';
import type { Decision, Submission } from './decide.ts';
import { bundle, bundleOf, EVENT, event, INVALID, notificationOf } from './gateway.case.ts';

const BASE = 'https://audit.example.org/fhir';
const QUARANTINE = { onInvalid: 'quarantine' } as const;

function answered(decision: Decision, preferred?: PreferredReturn): Answer {
  if (decision.kind === 'refused') throw new Error('it is taken');
  return decision.kind === 'single'
    ? answerSingle(decision, BASE, preferred)
    : answerBundle(decision, BASE, preferred);
}
const to = (body: unknown, preferred?: PreferredReturn, part: Partial<Submission> = {}) =>
  answered(bundle(body, part), preferred);
// biome-ignore lint/suspicious/noExplicitAny: an answer is looked into as its client does
const json = ({ body }: Answer): any => JSON.parse(body?.toString() ?? 'null');

const ID = /^[0-9a-f-]{36}$/;
const SET_ASIDE = {
  resourceType: 'OperationOutcome',
  issue: [
    {
      severity: 'warning',
      code: 'processing',
      diagnostics: expect.stringMatching(/quarantine as [0-9a-f-]{36}/),
    },
    { severity: 'error', code: 'required' },
  ],
};

describe('the answer to an event', () => {
  it('is the stored event and where it is', () => {
    const answer = answered(event(EVENT));
    const { id, meta } = json(answer);
    expect(id).toMatch(ID);
    expect(meta).toEqual({ versionId: '1', lastUpdated: '2026-02-01T10:00:00.000Z' });
    expect(answer).toMatchObject({
      status: 201,
      headers: {
        location: `${BASE}/AuditEvent/${id}/_history/1`,
        etag: 'W/"1"',
        'last-modified': 'Sun, 01 Feb 2026 10:00:00 GMT',
      },
    });
  });

  it('is as much as is preferred', () => {
    const minimal = answered(event(EVENT), 'minimal');
    expect(minimal.body).toBeUndefined();
    expect(minimal.headers).toHaveProperty('location');
    expect(json(answered(event(EVENT), 'OperationOutcome'))).toMatchObject({
      issue: [{ severity: 'information' }],
    });
    expect(json(answered(event(EVENT), 'representation'))).toMatchObject({ resourceType: 'AuditEvent' });
  });

  it('says so where it is set aside, whatever is preferred', () => {
    for (const preferred of [undefined, 'minimal', 'representation', 'OperationOutcome'] as const) {
      const answer = answered(event(INVALID, QUARANTINE), preferred);
      expect(answer).toMatchObject({ status: 201, headers: {} });
      expect(json(answer)).toMatchObject(SET_ASIDE);
    }
  });
});

describe('the answer to a collection', () => {
  const sent = {
    ...bundleOf('collection', EVENT, { ...EVENT, action: 'C' }),
    identifier: { value: 'b-1' },
    timestamp: '2026-02-01T00:00:00+01:00',
    // Of the Bundle that was sent, and true of no other.
    total: 2,
    link: [{ relation: 'self', url: 'http://example.org' }],
    signature: { type: [{ code: 'x' }], when: '2026-02-01T00:00:00Z', who: { display: 'x' } },
  };

  it('is the collection with what was created in its order, each under its own URL', () => {
    const answer = to(sent);
    const { entry, ...own } = json(answer);
    expect(answer.status).toBe(201);
    expect(own).toEqual({
      resourceType: 'Bundle',
      type: 'collection',
      identifier: { value: 'b-1' },
      timestamp: '2026-02-01T00:00:00+01:00',
    });
    expect(entry).toHaveLength(2);
    for (const [at, { fullUrl, resource }] of entry.entries()) {
      expect(fullUrl).toBe(`${BASE}/AuditEvent/${resource.id}`);
      expect(resource.action).toBe([undefined, 'C'][at]);
    }
  });

  it('has an OperationOutcome where an entry was set aside, and no response (bdl-4)', () => {
    const { entry } = json(to(bundleOf('collection', EVENT, INVALID, EVENT), undefined, QUARANTINE));
    expect(
      entry.map(({ resource }: { resource: { resourceType: string } }) => resource.resourceType),
    ).toEqual(['AuditEvent', 'OperationOutcome', 'AuditEvent']);
    expect(entry[1]).toEqual({ resource: expect.objectContaining({ resourceType: 'OperationOutcome' }) });
  });

  it('keeps the numbers of an event as they came', () => {
    const text = JSON.stringify(sent).replace(
      '"action"',
      '"extension":[{"url":"urn:x","valueDecimal":1.10}],"action"',
    );
    expect(to(text).body?.toString()).toContain('"valueDecimal":1.10');
  });

  it('has each event to the byte as it is stored, in whatever script, beside what was set aside', () => {
    const named = (name: string) => ({ ...EVENT, agent: [{ requestor: true, name }] });
    const decision = bundle(bundleOf('collection', named('Zoë'), INVALID, named('王𝒳'), EVENT), QUARANTINE);
    if (decision.kind !== 'bundle') throw new Error('it is a Bundle');
    const body = Buffer.from(answered(decision).body ?? '');
    expect(JSON.stringify(JSON.parse(body.toString()))).toBe(body.toString());
    const stored = decision.fates.flatMap((fate) =>
      fate.kind === 'stored' ? [fate.event.record.value] : [],
    );
    expect(stored.map((value) => body.includes(value))).toEqual([true, true, true]);
  });

  it('without a body tells what was set aside all the same', () => {
    expect(to(sent, 'minimal').body).toBeUndefined();
    expect(json(to(bundleOf('collection', EVENT, INVALID), 'minimal', QUARANTINE))).toMatchObject(SET_ASIDE);
  });
});

describe('the answer to a notification', () => {
  it('is a collection of the events, without the status', () => {
    const answer = to(notificationOf(EVENT));
    expect(answer.status).toBe(201);
    expect(json(answer)).toMatchObject({
      type: 'collection',
      entry: [{ resource: { resourceType: 'AuditEvent' } }],
    });
    expect(json(answer).entry[0]).not.toHaveProperty('request');
  });

  it('is 200 where it brings no event', () => {
    const answer = to(notificationOf());
    expect(answer.status).toBe(200);
    expect(json(answer)).not.toHaveProperty('entry');
  });
});

describe('the answer to a batch or transaction', () => {
  it('has a status and a location for each entry', () => {
    for (const type of ['batch', 'transaction']) {
      const answer = to(bundleOf(type, EVENT, EVENT));
      const { entry, ...own } = json(answer);
      expect(answer.status).toBe(200);
      expect(own).toEqual({ resourceType: 'Bundle', type: `${type}-response` });
      expect(entry).toHaveLength(2);
      for (const { response, resource } of entry) {
        expect(resource).toBeUndefined();
        expect(response).toEqual({
          status: '201 Created',
          location: expect.stringMatching(
            /^https:\/\/audit.example.org\/fhir\/AuditEvent\/[0-9a-f-]{36}\/_history\/1$/,
          ),
          etag: 'W/"1"',
          lastModified: '2026-02-01T10:00:00.000Z',
        });
      }
    }
  });

  it('has the events where a representation is preferred, outcomes where those are', () => {
    expect(json(to(bundleOf('batch', EVENT), 'representation')).entry[0]).toMatchObject({
      resource: { resourceType: 'AuditEvent' },
    });
    expect(json(to(bundleOf('batch', EVENT), 'OperationOutcome')).entry[0].response.outcome).toMatchObject({
      resourceType: 'OperationOutcome',
    });
  });

  it('says of each entry that was not created why', () => {
    const refused = json(to(bundleOf('batch', EVENT, INVALID))).entry;
    expect(refused[1].response).toMatchObject({
      status: '400 Bad Request',
      outcome: { issue: [{ code: 'required', expression: ['Bundle.entry[1].resource.recorded'] }] },
    });
    const aside = json(to(bundleOf('batch', EVENT, INVALID), undefined, QUARANTINE)).entry;
    expect(aside[1].response).toMatchObject({ status: '200 OK', outcome: SET_ASIDE });
  });
});
