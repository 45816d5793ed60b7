import type { TokenValue } from '@auditbox/fhir-core';
import { describe, expect, it } from 'vitest';
import { type Kept, type Sender, WrittenNumber } from './kept.ts';
import { type Asked, matches } from './matches.ts';

const BASES = ['http://audit.example.org/fhir', 'http://EHR.example.org:80/fhir/'];
const NOW_MS = Date.UTC(2026, 0, 1);

const kept = (part: object, sentId?: string, sender: Sender = { client: 'anonymous' }): Kept => ({
  event: {
    resourceType: 'AuditEvent',
    id: '1',
    agent: [{ requestor: true }],
    source: { observer: {} },
    ...part,
  },
  sentId,
  sender,
});
const holds = (asked: Asked, part: object) => matches(kept(part), asked, { bases: BASES, nowMs: NOW_MS });

const code = (text: string) => ({ match: 'code', code: text }) as const;
const type = (...values: Extract<Asked, { type: 'token' }>['values']): Asked => ({
  code: 'type',
  type: 'token',
  not: false,
  values,
});
const date = (written: string): Asked => {
  const [, prefix = 'eq', of = ''] = /^([a-z]{2})?(.*)$/.exec(written) ?? [];
  return { code: 'date', type: 'date', values: [{ prefix: prefix as 'eq', date: of }] };
};
const name = (match: 'starts' | 'exact' | 'contains', value: string): Asked => ({
  code: 'agent-name',
  type: 'string',
  match,
  values: [value],
});
const named = (of: string) => ({ agent: [{ name: of }] });
const policy = (match: 'equal' | 'below' | 'above', value: string): Asked => ({
  code: 'policy',
  type: 'uri',
  match,
  values: [value],
});
const under = (...of: string[]) => ({ agent: [{}, { policy: of }] });
const resource = (base: string, of: string, id: string, version?: string) =>
  ({ match: 'resource', base, type: of, id, ...(version !== undefined && { version }) }) as const;
const entity = (value: Extract<Asked, { type: 'reference' }>['values'][number], target?: string): Asked => ({
  code: 'entity',
  type: 'reference',
  ...(target !== undefined && { target }),
  values: [value],
});
const what = (...references: string[]) => ({
  entity: references.map((reference) => ({ what: { reference } })),
});

describe('the evaluator, as R4 has it (search.html)', () => {
  it.each<[Asked, object, boolean]>([
    // #token
    [type(code('male')), { type: { system: 'urn:x', code: 'MALE' } }, true],
    [type(code('mal')), { type: { system: 'urn:x', code: 'male' } }, false],
    [type({ match: 'token', system: 'urn:x', code: 'm' }), { type: { system: 'urn:x', code: 'm' } }, true],
    [type({ match: 'token', system: 'urn:X', code: 'm' }), { type: { system: 'urn:x', code: 'm' } }, false],
    [type({ match: 'token', code: 'm' }), { type: { system: 'urn:x', code: 'm' } }, false],
    [type({ match: 'token', code: 'm' }), { type: { code: 'm' } }, true],
    [type({ match: 'system', system: 'urn:x' }), { type: { system: 'urn:x' } }, true],
    [{ code: 'action', type: 'token', not: true, values: [code('C'), code('R')] }, { action: 'R' }, false],
    [{ code: 'action', type: 'token', not: true, values: [code('C'), code('R')] }, { action: 'U' }, true],
    [{ code: 'action', type: 'token', not: true, values: [code('C')] }, {}, true],
    [
      {
        code: 'action',
        type: 'token',
        not: false,
        values: [{ match: 'token', system: 'http://hl7.org/fhir/audit-event-action', code: 'c' }],
      },
      { action: 'C' },
      true,
    ],
    [
      { code: 'altid', type: 'token', not: false, values: [{ match: 'token', code: 'U' }] },
      { agent: [{ altId: 'u' }] },
      true,
    ],
    [
      { code: 'agent-role', type: 'text', values: ['head'] },
      { agent: [{ role: [{ text: 'Headache', coding: [{ display: 'x' }] }] }] },
      true,
    ],
    [
      { code: 'agent-role', type: 'text', values: ['ache'] },
      { agent: [{ role: [{ text: 'Headache' }] }] },
      false,
    ],
    // #missing
    [{ code: 'outcome', type: 'missing', missing: true }, {}, true],
    [{ code: 'outcome', type: 'missing', missing: false }, {}, false],
    [{ code: 'agent-role', type: 'missing', missing: true }, { agent: [{ role: [{ text: 'x' }] }] }, false],
    // #string
    [name('starts', 'eve'), named('Evelyn'), true],
    [name('starts', 'eve'), named('Severine'), false],
    [name('starts', 'ÉVE'), named('eve'), true],
    [name('starts', 'carter  bruce'), named('Carter, Bruce'), true],
    [name('contains', 'eve'), named('Severine'), true],
    // Punctuation, which both sides of a comparison let be in the same way
    [name('starts', 'adams john'), named('Adams^John^^Dr'), true],
    [name('starts', 'o connor'), named("O'Connor"), true],
    [name('starts', 'oconnor'), named("O'Connor"), true],
    [name('starts', "o'connor"), named('Oconnor'), true],
    [name('starts', "o'connor"), named('O Connor'), true],
    [name('starts', 'oconnor'), named('O Connor'), false],
    [name('starts', "o'connor-smith"), named('OConnor Smith'), false],
    [name('contains', 'onnor, s'), named("O'Connor-Smith"), true],
    [name('starts', '하'), named('한국'), false],
    [name('starts', 'か'), named('がく'), false],
    [name('starts', 'coop'), named('co\u00ADop'), true],
    [name('starts', 'lodz'), named('Łódź'), true],
    [name('contains', 'RAẞ'), named('Strasse'), true],
    [name('exact', 'Eve'), named('Eve'), true],
    [name('exact', 'Eve'), named('EVE'), false],
    [name('exact', 'Eve'), named('Éve'), false],
    [
      { code: 'address', type: 'string', match: 'starts', values: ['192.168.1.'] },
      { agent: [{ network: { address: '192.168.17.1' } }] },
      false,
    ],
    // #uri
    [policy('equal', 'http://acme.org/fhir/ValueSet/123'), under('http://acme.org/fhir/ValueSet/123'), true],
    [policy('equal', 'http://acme.org/fhir/ValueSet/123'), under('http://acme.org/fhir/valueset/123'), false],
    [policy('below', 'http://acme.org/fhir/'), under('urn:oid:1', 'http://acme.org/fhir/ValueSet/123'), true],
    [
      policy('above', 'http://acme.org/fhir/ValueSet/123/_history/5'),
      under('http://acme.org/fhir/ValueSet/123'),
      true,
    ],
    [policy('above', 'http://acme.org/fhir/'), under('http://acme.org/fhir/ValueSet/123'), false],
    [policy('above', 'http://h/a/b?x#y'), under('http://h/a/b?x#y'), true],
    [policy('above', 'http://h/a/b?x#y'), under('http://h/a/b'), true],
    [policy('above', 'http://h/a/b?x#y'), under('http://h/a/'), true],
    [policy('above', 'http://h/a/b?x#y'), under('http://h/a'), true],
    [policy('above', 'http://h/a/b?x#y'), under('http://h/'), true],
    [policy('above', 'http://h/a/b?x#y'), under('http://h'), true],
    [policy('above', 'http://h/a/b?x#y'), under('http:/', 'http://', 'http:'), false],
    [policy('above', 'http://h/ab'), under('http://h/a'), false],
    [policy('above', 'http://hh/a'), under('http://h'), false],
    [policy('above', 'http://h/a|1'), under('http://h/a'), true],
    // #reference
    [entity({ match: 'id', id: '23' }), what('Patient/23'), true],
    [
      entity({ match: 'id', id: '23' }),
      what('Patient/2', 'http://ehr.example.org/fhir/Device/23/_history/1'),
      true,
    ],
    [entity({ match: 'id', id: '23' }), what('http://else.example.org/fhir/Patient/23'), false],
    [entity({ match: 'id', id: '23' }, 'Patient'), what('Patient/23'), true],
    [entity({ match: 'id', id: '23' }, 'Device'), what('Patient/23'), false],
    [entity(resource('', 'Patient', '23')), what('http://audit.example.org/fhir/Patient/23'), true],
    [
      entity(resource('http://audit.example.org/fhir/', 'Patient', '23')),
      what('HTTP://EHR.example.org/fhir//Patient/23/#n'),
      true,
    ],
    [
      entity(resource('https://ehr.example.org/fhir/', 'Patient', '23')),
      what('http://ehr.example.org/fhir/Patient/23'),
      false,
    ],
    [entity(resource('', 'Patient', '23')), what('Patient/23/_history/5'), true],
    [entity(resource('', 'Patient', '23', '5')), what('Patient/23/_history/5'), true],
    [entity(resource('', 'Patient', '23', '5')), what('Patient/23'), false],
    [entity({ match: 'url', url: 'urn:uuid:ab' }), what('URN:UUID:AB'), true],
    // What Reference.type says counts as what the URL says (docs/decisions/0009).
    [entity({ match: 'id', id: '23' }, 'Patient'), what('23'), false],
    [
      entity({ match: 'id', id: '23' }, 'Patient'),
      { entity: [{ what: { reference: '23', type: 'Patient' } }] },
      true,
    ],
    [
      entity(resource('', 'Patient', '23')),
      {
        entity: [
          { what: { reference: 'Client/23', type: 'http://hl7.org/fhir/StructureDefinition/Patient' } },
        ],
      },
      true,
    ],
    [
      { code: 'patient', type: 'reference', values: [{ match: 'id', id: '23' }] },
      { agent: [{ who: { reference: 'Patient/23' } }], ...what('Device/23') },
      true,
    ],
    [{ code: 'patient', type: 'reference', values: [{ match: 'id', id: '23' }] }, what('Device/23'), false],
    [
      { code: 'patient', type: 'missing', missing: false },
      { ...what('#p'), contained: [{ resourceType: 'Patient', id: 'p' }] },
      true,
    ],
    [
      { code: 'agent', type: 'identifier', target: 'Practitioner', values: [code('mrn')] },
      {
        agent: [{ who: { reference: '#p' } }],
        contained: [{ resourceType: 'Practitioner', id: 'p', identifier: [{ value: 'MRN' }] }],
      },
      true,
    ],
    [
      { code: 'agent', type: 'identifier', target: 'Practitioner', values: [code('mrn')] },
      {
        agent: [
          { who: { reference: 'Practitioner/1' } },
          { who: { reference: 'Patient/1', identifier: { value: 'MRN' } } },
        ],
      },
      false,
    ],
    // #content
    [
      { code: '_text', type: 'words', values: ['erika has'] },
      { text: { div: '<div title="not">Who: <b>Eri</b>ka<p>has</p></div>' } },
      true,
    ],
    [{ code: '_text', type: 'words', values: ['not'] }, { text: { div: '<div title="not">x</div>' } }, false],
    [
      { code: '_content', type: 'words', values: ['42'] },
      { extension: [{ extension: [{ valueInteger: 42 }] }] },
      true,
    ],
    [{ code: '_content', type: 'words', values: ['AuditEvent', 'requestor'] }, {}, false],
    [
      { code: '_content', type: 'words', values: ['10 1.'] },
      { extension: [{ valueDecimal: new WrittenNumber('1.10') }] },
      true,
    ],
    [
      { code: '_content', type: 'words', values: ['700'] },
      { extension: [{ valueDecimal: new WrittenNumber('7E+2') }] },
      false,
    ],
    // Ours
    [
      { code: 'user', type: 'missing', missing: true },
      { agent: [{ requestor: true, who: { reference: '#d' } }] },
      true,
    ],
    [
      { code: 'user', type: 'string', match: 'starts', values: ['erika'] },
      { agent: [{ requestor: false, name: 'Erika' }] },
      false,
    ],
    [
      { code: 'user', type: 'string', match: 'starts', values: ['erika'] },
      { agent: [{ requestor: true, who: { identifier: { value: 'Erika' } } }] },
      true,
    ],
  ])('%j in %j: %j', (asked, part, expected) => expect(holds(asked, part)).toBe(expected));

  // #date, where an instant is a point
  it.each([
    ['2013-01-14', '2013-01-14T00:00:00Z', true],
    ['eq2013-01-14', '2013-01-14T23:59:59.999999Z', true],
    ['2013-01-14', '2013-01-15T00:00:00Z', false],
    ['2013-01-14', '2013-01-14T23:00:00-02:00', false],
    ['ne2013-01-14', '2013-01-15T00:00:00Z', true],
    ['lt2013-01-14T10:00', '2013-01-14T09:59:59.9Z', true],
    ['lt2013-01-14T10:00', '2013-01-14T10:00:00Z', false],
    ['le2013-01-14T10:00', '2013-01-14T10:00:59Z', true],
    ['gt2013-01-14T10:00', '2013-01-14T10:00:59Z', false],
    ['gt2013-01-14T10:00', '2013-01-14T10:01:00Z', true],
    ['ge2013-03-14', '2013-03-14T00:00:00Z', true],
    ['sa2013-03-14', '2013-03-14T23:00:00Z', false],
    ['eb2013-03-14', '2013-03-13T23:00:00Z', true],
    ['2013-01-14T10:00:00.1+02:00', '2013-01-14T08:00:00.19Z', true],
    ['2012-02', '2012-02-29T12:00:00Z', true],
    ['1969', '1969-12-31T23:59:59.9999999Z', true],
    ['2016-12-31', '2016-12-31T23:59:60Z', true],
    ['2016-12-31T23:59', '2016-12-31T23:59:60Z', true],
    ['2016-12-31T23:59:60Z', '2016-12-31T23:59:60Z', true],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00Z', false],
    ['2017', '2016-12-31T23:59:60Z', false],
    // A tenth of thirteen years on either side.
    ['ap2013', '2011-11-01T00:00:00Z', true],
    ['ap2013', '2012-09-20T00:00:00Z', true],
    ['ap2013', '2015-03-01T00:00:00Z', true],
    ['ap2013', '2015-05-01T00:00:00Z', false],
  ])('date=%s and %s: %j', (written, recorded, expected) =>
    expect(holds(date(written), { recorded })).toBe(expected),
  );

  it('finds what was recorded at no known time by no prefix', () => {
    for (const written of ['2013', 'ne2013', 'ap2013', 'lt9999', 'gt0001'])
      expect(holds(date(written), { _recorded: { extension: [] } })).toBe(false);
  });

  it.each<[TokenValue, Sender, boolean]>([
    [{ match: 'code', code: 'ehr' }, { issuer: 'urn:i', client: 'ehr' }, true],
    [{ match: 'code', code: 'EHR' }, { issuer: 'urn:i', client: 'ehr' }, false],
    [{ match: 'token', system: 'urn:i', code: 'ehr' }, { issuer: 'urn:i', client: 'ehr' }, true],
    [{ match: 'token', system: 'urn:I', code: 'ehr' }, { issuer: 'urn:i', client: 'ehr' }, false],
    [{ match: 'token', code: 'ehr' }, { issuer: 'urn:i', client: 'ehr' }, false],
    [{ match: 'token', code: 'ehr' }, { client: 'ehr' }, true],
    [{ match: 'system', system: 'urn:i' }, { issuer: 'urn:i', client: 'ehr' }, true],
    [{ match: 'system', system: 'urn:i' }, { client: 'ehr' }, false],
  ])('compares who sent to the character: %j and %j: %j', (value, sender, expected) => {
    const asked: Asked = { code: 'sender', type: 'token', not: false, values: [value] };
    expect(matches(kept({}, undefined, sender), asked, { bases: [], nowMs: 0 })).toBe(expected);
    const not: Asked = { ...asked, not: true };
    expect(matches(kept({}, undefined, sender), not, { bases: [], nowMs: 0 })).toBe(!expected);
  });

  it('compares ids to the character', () => {
    const asked = (of: '_id' | 'sender-id', id: string): Asked => ({
      code: of,
      type: 'id',
      not: false,
      values: [id],
    });
    const event = kept({ id: 'a' }, 'S');
    const found = [asked('_id', 'a'), asked('_id', 'A'), asked('sender-id', 'S'), asked('sender-id', 's')];
    expect(found.map((of) => matches(event, of, { bases: [], nowMs: 0 }))).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});
