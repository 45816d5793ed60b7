/**
 * Callers whose token binds them to organisations: they send, find, count and read events of these and of those below, and no
 * others, whichever way they try.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SentEvent, toAuditEvent } from '@auditbox/fhir-core';
import { type FreshFolder, freshFolder } from '@auditbox/local';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { postBundle, type Resource } from '../src/client.ts';
import { type Answer, matches } from '../src/conformance/asking.ts';
import { eventually } from '../src/eventually.ts';
import { bearer, type Guarded, startGuarded } from '../src/hostile/guarded.ts';
import { startWorld, type World } from '../src/hostile/world.ts';

const ORGANISATIONS = [
  { id: 'group' },
  { id: 'clinic-7', parent: 'group' },
  { id: 'clinic-8', parent: 'group' },
  { id: 'ward-3', parent: 'clinic-7' },
  ...Array.from({ length: 500 }, (_, n) => ({ id: `practice-${n}`, parent: 'practices' })),
  { id: 'practices' },
];
/** Two of each, and of one that no list knows. */
const OF = ['group', 'clinic-7', 'Clinic-7', 'clinic-8', 'ward-3', 'clinic', 'practice-499', 'a,b|c\\'];

let folder: FreshFolder;
let world: World;
let guarded: Guarded;
let sent: readonly Resource[];
const started = new AsyncDisposableStack();

const event = (org_id: string): SentEvent => ({
  ...{ org_id, action: 'record.view', action_result: 'success', actor_id: 'u-1', actor_type: 'user' },
  occurred_at: '2026-01-31T09:30:00Z',
});

beforeAll(async () => {
  folder = started.use(freshFolder('organisations'));
  world = started.use(await startWorld());
  const organisations = join(folder.path, 'organisations.json');
  writeFileSync(organisations, JSON.stringify(ORGANISATIONS));
  const parts = { kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') };
  const environment = { AUDITBOX_ORGANISATIONS: organisations, AUDITBOX_ORGANISATION_CLAIM: '/org' };
  guarded = started.use(await startGuarded(parts, world, { environment }));
  const events = [
    ...OF.flatMap((org) => [toAuditEvent(event(org)), toAuditEvent(event(org))]),
    // Of an identifier of another system, and of none: no organisation's.
    ...[{ identifier: { system: 'urn:x', value: 'clinic-7' } }, { display: 'clinic-7' }].map((observer) => ({
      ...toAuditEvent(event('clinic-7')),
      source: { observer },
    })),
  ];
  const anybody = world.token({ claims: { scope: 'system/AuditEvent.c auditbox/unrestricted' } });
  sent = await postBundle(`${guarded.gateway}/`, events, bearer(anybody));
  await eventually(
    'all are found',
    () => ask('/AuditEvent?_count=0&type=application-event', 'anybody'),
    ({ answer }) => answer.total === events.length,
  );
});
afterAll(() => started.disposeAsync());

type Reader = { readonly org?: unknown; readonly scope?: string } | 'anybody';

async function ask(path: string, reader: Reader) {
  const [at, headers] =
    reader === 'anybody' ? [guarded.judge, {}] : [guarded.gateway, bearer(world.token({ claims: reader }))];
  const response = await fetch(`${at}${path}`, { headers });
  return { status: response.status, answer: (await response.json()) as Answer };
}

const organisationOf = ({ source }: Resource) =>
  (source as { observer: { identifier?: { value: string } } }).observer.identifier?.value;
const idsOf = (events: readonly Resource[]) => events.map(({ id }) => id).toSorted();
const ofOrganisations = (organisations: readonly string[]) =>
  sent.slice(0, 2 * OF.length).filter((each) => organisations.includes(organisationOf(each) ?? ''));

describe('a sender', () => {
  const send = async (path: string, body: unknown, claims: object) => {
    const scope = 'system/AuditEvent.c';
    const response = await fetch(`${guarded.gateway}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...bearer(world.token({ claims: { scope, ...claims } })),
      },
      body: JSON.stringify(body),
    });
    return { status: response.status, answer: await response.json() };
  };
  // Of an action of its own: the readers count the others.
  const own = (org_id: string) => ({ ...event(org_id), action: 'sent.by.bound' });

  it('sends events of its own organisations and of those below, each for itself', async () => {
    for (const org of ['clinic-7', 'CLINIC-7', 'ward-3'])
      expect(await send('/api/events', own(org), { org: 'clinic-7' })).toMatchObject({ status: 200 });
    for (const org of ['group', 'clinic-8', 'clinic', 'nobody'])
      expect(await send('/api/events', own(org), { org: 'clinic-7' })).toMatchObject({
        status: 403,
        answer: { error: { code: 'forbidden', fields: [{ field: 'org_id' }] } },
      });
    const several = [own('clinic-7'), own('clinic-8')];
    expect(await send('/api/events', several, { org: 'clinic-7' })).toMatchObject({
      answer: [{ status: 200 }, { status: 403 }],
    });
  });

  it('sends nothing where the token says nothing certain', async () => {
    for (const claims of [{}, { org: 7 }])
      expect((await send('/api/events', own('clinic-7'), claims)).status).toBe(403);
  });

  it('can not claim another organisation by FHIR', async () => {
    const resource = toAuditEvent(own('clinic-8'));
    const bundle = { resourceType: 'Bundle', type: 'collection', entry: [{ resource }] };
    const item = '019bc78b-f1a0-8fff-bfff-ffffffffffff';
    for (const claims of [{ org: 'clinic-7' }, {}])
      for (const [path, body, scope] of [
        ['/AuditEvent', resource, 'system/AuditEvent.c'],
        ['/', bundle, 'system/AuditEvent.c'],
        [`/quarantine/${item}/release`, resource, 'auditbox/quarantine.release'],
      ] as const)
        expect(await send(path, body, { ...claims, scope })).toMatchObject({
          status: 403,
          answer: { issue: [{ code: 'forbidden' }] },
        });
  });
});

describe('a reader', () => {
  it.each<[unknown, readonly string[]]>([
    ['ward-3', ['ward-3']],
    ['clinic-7', ['clinic-7', 'Clinic-7', 'ward-3']],
    ['CLINIC-7', ['clinic-7', 'Clinic-7', 'ward-3']],
    ['group', ['group', 'clinic-7', 'Clinic-7', 'clinic-8', 'ward-3']],
    [
      ['clinic-8', 'practices'],
      ['clinic-8', 'practice-499'],
    ],
    ['a,b|c\\', ['a,b|c\\']],
    ['nobody', []],
  ])('bound to %j finds and counts what is of these and below', async (org, organisations) => {
    const own = ofOrganisations(organisations);
    const { status, answer } = await ask('/AuditEvent?subtype=record.view&_count=100', { org });
    expect(status).toBe(200);
    expect(answer.total).toBe(own.length);
    expect(idsOf(matches(answer))).toEqual(idsOf(own));
    const source = `source:identifier=clinic-8,group`;
    const asked = ofOrganisations(organisations.filter((id) => id === 'clinic-8' || id === 'group'));
    expect(await ask(`/AuditEvent?${source}&subtype=record.view&_count=0`, { org })).toMatchObject({
      answer: { total: asked.length },
    });
  });

  it('reads an event of its own, and another as if it never was', async () => {
    for (const each of sent) {
      const isOwn = ofOrganisations(['clinic-7', 'Clinic-7', 'ward-3']).includes(each);
      const { status } = await ask(`/AuditEvent/${each.id}`, { org: 'clinic-7' });
      expect(status, organisationOf(each)).toBe(isOwn ? 200 : 404);
    }
  });

  it.each([{}, { org: [] }, { org: 7 }, { org: '' }, { org: ['clinic-7', null] }])(
    'of whom the token says nothing certain sees nothing: %j',
    async (claims) => {
      for (const path of ['/AuditEvent', `/AuditEvent/${sent[0]?.id}`])
        expect(await ask(path, claims)).toMatchObject({
          status: 403,
          answer: { issue: [{ code: 'forbidden' }] },
        });
    },
  );

  it('finds and reads in the shape of applications what it may see, and nothing else', async () => {
    const own = ofOrganisations(['clinic-7', 'Clinic-7', 'ward-3']);
    const { answer } = await ask('/api/events?action=record.view&limit=1000', { org: 'clinic-7' });
    const { events } = answer as unknown as { readonly events: readonly Resource[] };
    expect(idsOf(events)).toEqual(idsOf(own));
    for (const each of sent)
      for (const path of [`/api/events/${each.id}`, `/api/events/${each.id}/fingerprint`]) {
        const { status } = await ask(path, { org: 'clinic-7' });
        expect(status, organisationOf(each)).toBe(own.includes(each) ? 200 : 404);
      }
  });

  it('who may see everything is not bound', async () => {
    const scope = 'system/AuditEvent.rs auditbox/unrestricted';
    for (const reader of [{ scope }, { scope, org: 'clinic-7' }])
      expect(await ask('/AuditEvent?subtype=record.view&_count=0', reader)).toMatchObject({
        answer: { total: sent.length },
      });
  });

  it('who is bound does not see what is in quarantine', async () => {
    const { status } = await ask('/quarantine', { org: 'group' });
    expect(status).toBe(403);
  });
});
