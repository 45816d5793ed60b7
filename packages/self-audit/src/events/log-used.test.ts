import { readFileSync } from 'node:fs';
import { validateAuditEvent } from '@auditbox/fhir-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brokenRules, type Pattern } from './balp.case.ts';
import { anyUse, KEY, ORIGIN, SEARCH, USER } from './callers.case.ts';
import { type LogUse, logUsed } from './log-used.ts';

const NOW = new Date('2026-02-01T10:20:30.456Z');
const ID = '019bc78e-2f20-8000-8000-000000000001';
const eventOf = (use: LogUse = SEARCH) => logUsed(use, ORIGIN, NOW);
const read = (path = `/AuditEvent/${ID}`): LogUse => ({
  ...{ ...SEARCH, interaction: 'read', path },
  routed: path.split('?', 1)[0] ?? '',
});
const requestIn = (use: LogUse) => {
  const entity = eventOf(use).entity?.find(({ query }) => query !== undefined);
  return Buffer.from(entity?.query ?? '', 'base64').toString();
};

it('is a valid event with exactly one requestor, whatever the caller and the request are', () => {
  fc.assert(
    fc.property(anyUse, (use) => {
      const event = eventOf(use);
      expect(validateAuditEvent(event)).toEqual([]);
      expect(event.agent.filter(({ requestor }) => requestor)).toHaveLength(1);
    }),
  );
});

describe('BALP', () => {
  const corpus = new URL('../../../fhir-core/fixtures/corpus.ndjson', import.meta.url);
  const examples = readFileSync(corpus, 'utf8').trim().split('\n');
  const example = (name: string): unknown =>
    JSON.parse(examples.find((line) => line.includes(`"id":"ihe-balp.${name}"`)) ?? 'null');

  // Ours is DICOM's event, which BALP leaves to DICOM; and it names the log beside what was read.
  const OURS: Record<string, string[]> = {
    'IHE.BasicAudit.Query': ['AuditEvent.type'],
    'IHE.BasicAudit.Read': ['AuditEvent.type', 'AuditEvent.entity:data'],
    'IHE.BasicAudit.OAUTHaccessTokenUse.Comprehensive': [],
  };

  it.each<[Pattern, LogUse]>([
    ['IHE.BasicAudit.Query', SEARCH],
    ['IHE.BasicAudit.Query', { ...SEARCH, caller: KEY }],
    ['IHE.BasicAudit.Query', { ...SEARCH, caller: undefined }],
    ['IHE.BasicAudit.Read', read()],
    ['IHE.BasicAudit.Read', { ...read(), interaction: 'vread' }],
    ['IHE.BasicAudit.OAUTHaccessTokenUse.Comprehensive', SEARCH],
    ['IHE.BasicAudit.OAUTHaccessTokenUse.Comprehensive', read()],
  ])('%s is followed, but for what is DICOM’s (%#)', (pattern, use) =>
    expect(brokenRules(eventOf(use), pattern)).toEqual(OURS[pattern]),
  );

  it.each<[Pattern, string, string[]]>([
    ['IHE.BasicAudit.Query', 'ex-auditBasicQueryGetNoPatient', []],
    ['IHE.BasicAudit.Read', 'ex-auditBasicReadOServer', []],
    ['IHE.BasicAudit.OAUTHaccessTokenUse.Comprehensive', 'ex-auditBasicReadOServer', []],
  ])('%s is kept by its own example %s, so the judge can be trusted', (pattern, name, broken) =>
    expect(brokenRules(example(name), pattern)).toEqual(broken),
  );

  it('is broken by an event without its query or its server', () => {
    const { entity: _, ...event } = eventOf();
    expect(brokenRules(event, 'IHE.BasicAudit.Query')).toContain('AuditEvent.entity:query');
    const agent = event.agent.filter(({ requestor }) => requestor);
    expect(brokenRules({ ...event, agent }, 'IHE.BasicAudit.Query')).toContain('AuditEvent.agent:server');
  });
});

describe('who', () => {
  it('is the user of a token, by issuer and subject, with the application and the address', () => {
    const { agent } = eventOf();
    expect(agent.find(({ requestor }) => requestor)).toEqual({
      type: { coding: [expect.objectContaining({ code: 'IRCP' })] },
      who: { identifier: { system: USER.issuer, value: USER.subject } },
      ...{ altId: 'jsmith', name: 'jsmith', requestor: true, policy: [USER.tokenId] },
    });
    expect(agent).toContainEqual({
      type: { coding: [expect.objectContaining({ code: '110150' })] },
      who: { identifier: { system: USER.issuer, value: 'viewer' } },
      ...{ requestor: false, network: { address: '192.0.2.7', type: '2' } },
    });
  });

  it('is the application where nobody is behind it', () => {
    const requestor = eventOf({ ...SEARCH, caller: KEY }).agent.find((agent) => agent.requestor);
    expect(requestor?.who).toEqual({ identifier: { system: KEY.issuer, value: 'aidbox' } });
  });

  it('is nobody, and says so, while authentication is off', () => {
    const { agent } = eventOf({ ...SEARCH, caller: undefined });
    expect(agent.map(({ who, requestor }) => [who?.display, requestor])).toEqual([
      ['anonymous: authentication is off', true],
      ['Auditbox query', false],
    ]);
  });

  it('is told by an issuer that is no uri, and has no policy that is none', () => {
    const caller = { ...USER, issuer: 'the house', tokenId: 'a b' };
    const requestor = eventOf({ ...SEARCH, caller }).agent.find((agent) => agent.requestor);
    expect(requestor?.who?.identifier).toEqual({
      value: USER.subject,
      assigner: { display: 'the house' },
    });
    expect(requestor).not.toHaveProperty('policy');
  });

  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8::1', '2001:db8::1'],
    ['<script>', undefined],
    [undefined, undefined],
  ])('came from an address that is one (%s)', (clientAddress, address) => {
    const [node] = eventOf({ ...SEARCH, clientAddress }).agent;
    expect(node?.network).toEqual(address === undefined ? undefined : { address, type: '2' });
  });
});

describe('what', () => {
  it('is the request as it was, and nothing of its headers', () => {
    expect(requestIn(SEARCH)).toBe('GET /AuditEvent?patient=Patient/ex-patient&_sort=-date');
    const form = `patient=Patient/1&x=${'y'.repeat(500_000)}&_count=10`;
    expect(requestIn({ ...SEARCH, method: 'POST', path: '/AuditEvent/_search?a=b', form })).toBe(
      `POST /AuditEvent/_search?a=b\nContent-Type: application/x-www-form-urlencoded\n\n${form}`,
    );
  });

  it.each(['access_token', 'ACCESS_TOKEN', 'access%5ftoken', '%61ccess_token'])(
    'has no token that stands in it as %s',
    (name) => {
      const [path, form] = [`/AuditEvent?a=1&${name}=SECRET&b=2`, `${name}=SECRET&access_tokens=kept`];
      expect(requestIn({ ...SEARCH, path, form })).toBe(
        `GET /AuditEvent?a=1&${name}=&b=2\nContent-Type: application/x-www-form-urlencoded\n\n${name}=&access_tokens=kept`,
      );
    },
  );

  it.each([
    [`/AuditEvent/${ID}`, `AuditEvent/${ID}`],
    [`/AuditEvent/${ID}/_history/1?_pretty=true`, `AuditEvent/${ID}`],
    [`/api/events/${ID}`, `AuditEvent/${ID}`],
    [`/api/events/${ID}/fingerprint`, `AuditEvent/${ID}`],
    ['/AuditEvent/Patient-Miller', undefined],
    ['/api/events/Patient-Miller', undefined],
    [`/api/${ID}`, undefined],
    [`/quarantine/${ID}`, undefined],
  ])('is the event that was read, where its id is one of ours (%s)', (path, reference) => {
    const references = eventOf(read(path)).entity?.flatMap(({ what }) => what?.reference ?? []);
    expect(references).toEqual(reference === undefined ? [] : [reference]);
  });

  it.each([
    ['/AuditEvent?patient=1', `${ORIGIN.baseUrl}/AuditEvent`],
    [`/quarantine/${ID}/content`, `${ORIGIN.baseUrl}/quarantine`],
    [`/api/events/${ID}`, `${ORIGIN.baseUrl}/AuditEvent`],
    ['/quarantined', `${ORIGIN.baseUrl}/AuditEvent`],
  ])('names the log as DICOM wants it (%s)', (path, uri) => {
    expect(eventOf(read(path)).entity).toContainEqual({
      what: { identifier: { system: 'urn:ietf:rfc:3986', value: uri } },
      type: expect.objectContaining({ code: '2' }),
      role: expect.objectContaining({ code: '13' }),
      name: 'Security Audit Log',
    });
  });

  it.each([
    [200, '0'],
    [304, '0'],
    [400, '4'],
    [404, '4'],
    [500, '8'],
    [503, '8'],
  ])('ended as the answer did (%i)', (status, outcome) =>
    expect(eventOf({ ...SEARCH, status })).toMatchObject({ outcome, outcomeDesc: `HTTP status ${status}` }),
  );
});
