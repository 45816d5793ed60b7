/**
 * References (search.html#reference): the many ways to write one patient, and what is somebody else's; types from
 * the URL, Reference.type or the contained resource; logical identifiers, as `:identifier` and as IHE's chains.
 */
import { agent, allBut, entity, type Parts, type Row } from './row.ts';

/** The base of the server, and what it was told to be another name of it. */
export const OWN_BASE = 'http://audit.example.org/fhir';
export const BASE_ALIAS = 'http://EHR.example.org:80/fhir/';

const FOREIGN = 'http://other.example.org/fhir';
const UPPER_UUID = 'urn:uuid:3F9B2C1A-0000-4000-8000-000000000001';

const what = (reference: string, part: object = {}) => entity({ what: { reference, ...part } });
const who = (reference: string, part: object = {}) => agent({ who: { reference, ...part } });
const identified = (system: string | undefined, value: string, type?: string) => ({
  ...(type !== undefined && { type }),
  identifier: { system, value },
});
const identifiedEntity = (...identifier: Parameters<typeof identified>) =>
  entity({ what: identified(...identifier) });
const observer = (part: object) => ({ source: { observer: part } });

export const REFERENCE_EVENTS: Parts = {
  relative: what('Patient/p1'),
  own: what(`${OWN_BASE}/Patient/p1`),
  alias: what('http://ehr.example.org/fhir/Patient/p1'),
  'alias-odd': what('HTTP://EHR.example.org/fhir//Patient/p1/'),
  versioned: what('Patient/p1/_history/3'),
  'alias-versioned': what('http://ehr.example.org/fhir/Patient/p1/_history/4'),
  foreign: what(`${FOREIGN}/Patient/p1`),
  'foreign-versioned': what(`${FOREIGN}/Patient/p1/_history/3`),
  secure: what('https://ehr.example.org/fhir/Patient/p1'),
  device: what('Device/p1'),
  'other-case': what('Patient/P1'),
  'longer-id': what('Patient/p12'),
  urn: what(UPPER_UUID, { type: 'Patient' }),
  'urn-oid': what('urn:oid:1.2.3'),
  'urn-oid-longer': what('urn:oid:1.2.34'),
  'typed-url': what('http://his.example/p/77', { type: 'Patient' }),
  'untyped-url': what('http://his.example/p/77'),
  contained: { ...what('#p1'), contained: [{ resourceType: 'Patient', id: 'p1' }] },
  'contained-device': { ...what('#p1'), contained: [{ resourceType: 'Device', id: 'p1' }] },
  client: what('Client/my_client'),
  'client-basic': what('Basic/my_client'),
  'agent-patient': who('Patient/agent_1'),
  'patient-twice': { ...who('Patient/p2'), ...what('Patient/p3') },
  'two-entities': entity({ what: { reference: 'Patient/p4' } }, { what: { reference: 'Device/p5' } }),

  underscore: what('Patient/a_b'),
  'leading-slash': what('/Patient/a_b'),
  fragment: what('Patient/a_b#n'),
  query: what('Patient/a_b?x=y'),
  'trailing-slash': what('http://a.example/fhir/Patient/1/'),
  port: what('HTTPS://EHR.example.org:443/fhir/Patient/77'),
  'long-id': what(`Patient/${'7'.repeat(80)}`),
  'bare-id': what('bare', { type: 'Patient' }),

  practitioner: who('Practitioner/dr-1', identified('urn:staff', 'S-1')),
  'practitioner-versioned': who('Practitioner/dr-1/_history/2'),
  'practitioner-foreign': who('https://hospital.example/fhir/Practitioner/dr-1'),
  organization: who('Organization/dr-1', identified('urn:staff', 'S-1')),
  'two-agents': agent({ who: { reference: 'Practitioner/dr-2' } }, { who: { reference: 'Device/dev-2' } }),
  'device-agent': who('Device/dev-1'),
  related: who('RelatedPerson/rp-1'),
  'contained-practitioner': {
    ...who('#doc'),
    contained: [
      {
        resourceType: 'Practitioner',
        id: 'doc',
        identifier: [
          { system: 'urn:staff', value: 'S-2' },
          { system: 'urn:licence', value: 'L-2' },
        ],
      },
    ],
  },

  mrn: identifiedEntity('urn:mrn', 'MRN-1', 'Patient'),
  'mrn-lower': identifiedEntity('urn:mrn', 'mrn-1', 'Patient'),
  'mrn-longer': identifiedEntity('urn:mrn', 'MRN-11', 'Patient'),
  'mrn-other-system': identifiedEntity('urn:other', 'MRN-1', 'Patient'),
  'mrn-no-system': identifiedEntity(undefined, 'MRN-1', 'Patient'),
  'mrn-untyped': identifiedEntity('urn:mrn', 'MRN-1'),
  'mrn-device': identifiedEntity('urn:mrn', 'MRN-1', 'Device'),
  'mrn-agent': agent({ who: identified('urn:mrn', 'MRN-3', 'Patient') }),
  'mrn-reference': what('Patient/p6', identified('urn:mrn', 'MRN-6')),
  'mrn-crossed': entity(
    { what: { reference: 'Patient/p9', ...identified('urn:mrn', 'MRN-9') } },
    { what: identified('urn:dev', 'D-9', 'Device') },
  ),
  'mrn-escapes': identifiedEntity('urn:x|y', 'a|b,c', 'Patient'),
  'mrn-contained': {
    ...what('#pat'),
    contained: [
      {
        resourceType: 'Patient',
        id: 'pat',
        identifier: [{ system: 'urn:mrn', value: 'MRN-2' }, { value: 'loose' }],
      },
    ],
  },

  'source-organization': observer({ reference: 'Organization/obs-1' }),
  'source-device': observer({ reference: 'Device/obs-1' }),
  'source-identifier': observer(identified('urn:dev', 'D-1', 'Device')),
  'source-display': observer({ display: 'obs-1' }),
};

const OURS = ['relative', 'own', 'alias', 'alias-odd', 'versioned', 'alias-versioned'];
const ODD = ['underscore', 'leading-slash', 'fragment', 'query'];
const MRN_1 = ['mrn', 'mrn-lower', 'mrn-other-system', 'mrn-no-system'];
const PATIENTS = [
  ...OURS,
  ...ODD,
  ...MRN_1,
  ...['foreign', 'foreign-versioned', 'secure', 'other-case', 'longer-id', 'urn', 'typed-url', 'contained'],
  ...['agent-patient', 'patient-twice', 'two-entities', 'trailing-slash', 'port', 'long-id', 'bare-id'],
  ...['mrn-longer', 'mrn-agent', 'mrn-reference', 'mrn-crossed', 'mrn-escapes', 'mrn-contained'],
];
/** Those of the users, who are told apart in other rows, come last. */
const WITH_WHO = [
  ...['agent-patient', 'patient-twice', 'practitioner', 'practitioner-versioned', 'practitioner-foreign'],
  ...['organization', 'two-agents', 'device-agent', 'related', 'contained-practitioner', 'mrn-agent'],
  ...['user-reference', 'user-identifier', 'user-display'],
];

export const REFERENCE_ROWS: readonly Row[] = [
  ['patient=p1', OURS],
  ['patient=Patient/p1', OURS],
  [`patient=${OWN_BASE}/Patient/p1`, OURS],
  ['patient=http://ehr.example.org/fhir/Patient/p1', OURS],
  ['patient=http://ehr.example.org:80/fhir/Patient/p1', OURS],
  ['patient:Patient=p1', OURS],
  ['patient=P1', ['other-case']],
  ['patient=Patient/P1', ['other-case']],
  ['patient=p', []],
  ['patient=Device/p1', []],
  ['entity=p1', [...OURS, 'device']],
  ['entity=Patient/p1', OURS],
  ['entity=Device/p1', ['device']],
  ['entity:Patient=p1', OURS],
  ['entity:Device=p1', ['device']],
  ['entity:Practitioner=p1', []],
  ['entity=Patient/p1,Device/p1', [...OURS, 'device']],
  ['entity=Patient/p1&entity=Device/p1', []],
  ['patient=Patient/p1/_history/3', ['versioned']],
  ['patient=Patient/p1/_history/4', ['alias-versioned']],
  ['patient=Patient/p1/_history/5', []],
  [`patient=${OWN_BASE}/Patient/p1/_history/3`, ['versioned']],
  [`patient=${FOREIGN}/Patient/p1`, ['foreign', 'foreign-versioned']],
  [`patient=${FOREIGN}/Patient/p1/_history/3`, ['foreign-versioned']],
  ['patient=https://ehr.example.org/fhir/Patient/p1', ['secure']],
  [`patient=Patient/p1,${FOREIGN}/Patient/p1`, [...OURS, 'foreign', 'foreign-versioned']],
  [`patient=${UPPER_UUID}`, ['urn']],
  [`entity=${UPPER_UUID}`, ['urn']],
  [`entity=${UPPER_UUID.toLowerCase()}`, ['urn']],
  ['entity=urn:oid:1.2.3', ['urn-oid']],
  ['entity=urn:oid:1.2', []],
  ['patient=urn:oid:1.2.3', []],
  ['patient=http://his.example/p/77', ['typed-url']],
  ['entity=http://his.example/p/77', ['typed-url', 'untyped-url']],
  ['patient=77', []],
  ['entity:Client=my_client', ['client']],
  ['entity=Client/my_client', ['client']],
  ['entity=my_client', ['client', 'client-basic']],
  ['entity:Basic=my_client', ['client-basic']],
  ['patient=agent_1', ['agent-patient']],
  ['agent=Patient/agent_1', ['agent-patient']],
  ['entity=Patient/agent_1', []],
  ['patient=p2', ['patient-twice']],
  ['patient=p2&patient=p3', ['patient-twice']],
  ['patient=p3,p4', ['patient-twice', 'two-entities']],
  ['agent=p3', []],
  ['entity:Patient=p5', []],
  ['entity:Device=p4', []],
  ['patient=p5', []],
  ['entity=p4&entity=p5', ['two-entities']],
  ['patient=,p4', ['two-entities']],

  // As it was written, an event is found, however odd.
  ['patient=a_b', ODD],
  ['patient=Patient/a_b', ODD],
  ['patient=/Patient/a_b', ODD],
  ['patient=Patient/a_b%23n', ODD],
  ['patient=Patient/a_b?x=y', ODD],
  ['patient=http://a.example/fhir/Patient/1/', ['trailing-slash']],
  ['patient=http://a.example/fhir/Patient/1', ['trailing-slash']],
  ['patient=HTTPS://EHR.example.org:443/fhir/Patient/77', ['port']],
  ['patient=https://ehr.example.org/fhir/Patient/77', ['port']],
  [`patient=${'7'.repeat(80)}`, ['long-id']],
  ['patient=bare', ['bare-id']],

  ['agent=dr-1', ['practitioner', 'practitioner-versioned', 'organization']],
  ['agent=Practitioner/dr-1', ['practitioner', 'practitioner-versioned']],
  ['agent:Practitioner=dr-1', ['practitioner', 'practitioner-versioned']],
  ['agent:Organization=dr-1', ['organization']],
  ['agent:Device=dr-1', []],
  ['agent=Practitioner/dr-1/_history/2', ['practitioner-versioned']],
  ['agent=https://hospital.example/fhir/Practitioner/dr-1', ['practitioner-foreign']],
  ['agent=dr-2', ['two-agents']],
  ['agent:Device=dr-2', []],
  ['agent=Practitioner/dr-2&agent=Device/dev-2', ['two-agents']],
  ['agent=dev-1,dev-2', ['two-agents', 'device-agent']],
  ['agent=RelatedPerson/rp-1', ['related']],

  ['source=obs-1', ['source-organization', 'source-device']],
  ['source=Organization/obs-1', ['source-organization']],
  ['source:Device=obs-1', ['source-device']],
  [
    'source=base-observer',
    allBut('source-organization', 'source-device', 'source-identifier', 'source-display'),
  ],

  ['patient:missing=false', PATIENTS],
  ['patient:missing=true', allBut(...PATIENTS)],
  ['agent:missing=false', WITH_WHO],
  ['agent:missing=true', allBut(...WITH_WHO)],
  ['source:missing=true', []],
  ['entity:missing=false&_id={urn-oid},{mrn-untyped},{letter},{agent-patient}', ['urn-oid', 'mrn-untyped']],
];

const AS_CHAIN: readonly Row[] = [
  ['patient:identifier=urn:mrn|MRN-1', ['mrn', 'mrn-lower']],
  ['patient:identifier=urn:mrn|mrn-1', ['mrn', 'mrn-lower']],
  ['patient:identifier=MRN-1', MRN_1],
  ['patient:identifier=|MRN-1', ['mrn-no-system']],
  ['patient:identifier=URN:MRN|MRN-1', []],
  ['patient:identifier=urn:other|MRN-1', ['mrn-other-system']],
  ['patient:identifier=MRN', []],
  [
    'patient:identifier=urn:mrn|',
    ['mrn', 'mrn-lower', 'mrn-longer', 'mrn-agent', 'mrn-reference', 'mrn-crossed', 'mrn-contained'],
  ],
  ['patient:identifier=urn:mrn|MRN-2', ['mrn-contained']],
  ['patient:identifier=|loose', ['mrn-contained']],
  ['patient:identifier=urn:mrn|MRN-3', ['mrn-agent']],
  ['patient:identifier=urn:mrn|MRN-6', ['mrn-reference']],
  ['patient:identifier=urn:mrn|MRN-9', ['mrn-crossed']],
  ['patient:identifier=urn:dev|D-9', []],
  ['patient:identifier=urn:mrn|MRN-2,urn:mrn|MRN-3', ['mrn-contained', 'mrn-agent']],
  ['patient:identifier=urn:mrn|MRN-2&patient:identifier=|loose', ['mrn-contained']],
  ['patient:identifier=urn:x\\|y|a\\|b\\,c', ['mrn-escapes']],
  ['patient:identifier=a\\|b\\,c', ['mrn-escapes']],
  ['agent:identifier=urn:staff|S-1', ['practitioner', 'organization']],
  ['agent:identifier=urn:staff|S-2', ['contained-practitioner']],
  ['agent:identifier=L-2', ['contained-practitioner']],
  ['agent:identifier=urn:licence|S-2', []],
  ['agent:identifier=urn:users|anna-7', ['user-identifier']],
  ['agent:identifier=urn:mrn|MRN-3', ['mrn-agent']],
  ['entity:identifier=urn:mrn|MRN-1', ['mrn', 'mrn-lower', 'mrn-untyped', 'mrn-device']],
  ['entity:identifier=urn:dev|D-9', ['mrn-crossed']],
  ['entity:identifier=urn:mrn|MRN-3', []],
  ['source:identifier=urn:dev|D-1', ['source-identifier']],
  ['source:identifier=urn:mrn|D-1', []],
];

export const IDENTIFIER_ROWS: readonly Row[] = [
  ...AS_CHAIN,
  // The same as a chain, which is what ITI-81 writes.
  ...AS_CHAIN.map(([query, expected]): Row => [query.replaceAll(':identifier=', '.identifier='), expected]),
  ['agent:Practitioner.identifier=urn:staff|S-1', ['practitioner']],
  ['agent:Organization.identifier=urn:staff|S-1', ['organization']],
  ['agent:Practitioner.identifier=urn:staff|S-2', ['contained-practitioner']],
  ['agent:Practitioner.identifier=S-1', ['practitioner']],
  ['agent:Device.identifier=urn:staff|S-1', []],
  ['agent:Patient.identifier=urn:mrn|MRN-3', ['mrn-agent']],
  ['entity:Patient.identifier=urn:mrn|MRN-1', ['mrn', 'mrn-lower']],
  ['entity:Device.identifier=MRN-1', ['mrn-device']],
  ['entity:Device.identifier=urn:mrn|MRN-9', []],
  ['entity:Device.identifier=urn:dev|D-9', ['mrn-crossed']],
  ['source:Device.identifier=urn:dev|D-1', ['source-identifier']],
  ['source:Organization.identifier=urn:dev|D-1', []],
  ['patient=p9&patient:identifier=MRN-9', ['mrn-crossed']],
];

/** Under `/{type}/{id}/AuditEvent`. */
export const COMPARTMENT_ROWS: readonly (readonly [
  compartment: string,
  query: string,
  names: readonly string[],
])[] = [
  ['Patient/p1', '', OURS],
  ['Patient/p2', '', ['patient-twice']],
  ['Patient/p2', 'patient=p3', ['patient-twice']],
  ['Patient/p2', 'patient=p1', []],
  ['Patient/p2', 'entity-name=x', []],
  ['Patient/p4', 'entity:Device=p5', ['two-entities']],
  ['Patient/agent_1', '', ['agent-patient']],
  ['Patient/nobody', '', []],
  ['Practitioner/dr-1', '', ['practitioner', 'practitioner-versioned']],
  ['Practitioner/dr-1', 'agent:identifier=S-1', ['practitioner']],
  ['Practitioner/anna-7', '', ['user-reference']],
  ['RelatedPerson/rp-1', '', ['related']],
  ['Device/dev-1', '', ['device-agent']],
  ['Device/dev-2', 'agent=dr-2', ['two-agents']],
  ['Device/p1', '', []],
];
