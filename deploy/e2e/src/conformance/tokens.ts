/**
 * Tokens (search.html#token): codes with and without systems, in the wrong case, beside one another in one event,
 * with every character that has to be escaped. The case of a code makes no difference, that of a system does.
 */
import { agent, allBut, entity, type Parts, type Row } from './row.ts';

const A = 'http://codes.example/a';
const B = 'http://codes.example/b';
const DCM = 'http://dicom.nema.org/resources/ontology/DCM';
const ACTION = 'http://hl7.org/fhir/audit-event-action';
const OUTCOME = 'http://hl7.org/fhir/audit-event-outcome';
const ENTITY_TYPE = 'http://terminology.hl7.org/CodeSystem/audit-entity-type';
const OBJECT_ROLE = 'http://terminology.hl7.org/CodeSystem/object-role';
const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';

const type = (code: string, system: string | undefined = A) => ({ type: { system, code } });
const role = (...codings: readonly object[]) => ({ role: [{ coding: codings }] });
const nurse = { system: 'urn:roles', code: 'nurse', display: 'Registered Nurse' };
const doctor = { system: 'urn:roles', code: 'doctor' };

export const TOKEN_EVENTS: Parts = {
  'action-c': { action: 'C' },
  'action-r': { action: 'R' },
  'action-u': { action: 'U' },
  'action-d': { action: 'D' },
  'action-e': { action: 'E' },
  'action-unknown': {
    _action: { extension: [{ url: 'http://ext.example/why', valueString: 'Unobtainium' }] },
  },

  'outcome-0': { outcome: '0' },
  'outcome-4': { outcome: '4' },
  'outcome-8': { outcome: '8' },
  'outcome-12': { outcome: '12' },

  'type-a': type('Login'),
  'type-b': type('login', B),
  'type-no-system': { type: { code: 'login' } },
  'type-other-case': type('login', 'http://CODES.example/a'),
  'type-longer': type('login-failed'),
  'type-display': { type: { system: A, code: 'x1', display: 'Éntry  of the-Ward' } },
  'type-only-display': { type: { display: 'Only a display' } },
  'type-plain': type('a'),
  'type-pipe': type('a|b'),
  'type-comma': type('a,b'),
  'type-dollar': type('a$b'),
  'type-backslash': type('a\\b'),
  'type-pipe-in-system': type('v', 'http://codes.example/s|1'),
  'type-blank': type('two words', B),
  'type-umlaut': type('ÜBER', B),
  'type-emoji': type('👩‍⚕️', B),

  'subtype-both': {
    subtype: [
      { system: 'urn:s1', code: 'one' },
      { system: 'urn:s2', code: 'two' },
    ],
  },
  'subtype-crossed': {
    subtype: [
      { system: 'urn:s1', code: 'two' },
      { system: 'urn:s2', code: 'one' },
    ],
  },
  'subtype-one': { subtype: [{ system: 'urn:s1', code: 'One' }] },
  'subtype-display': {
    subtype: [
      { system: 'urn:s3', code: 'n1', display: 'Opened' },
      { system: 'urn:s3', code: 'n2', display: 'Grüße an Ödön' },
    ],
  },

  'role-coded': agent({ role: [{ coding: [nurse], text: 'Ward nurse' }] }),
  'role-text': agent({ role: [{ text: 'Nurse on duty' }] }),
  'role-two-agents': agent(role(nurse), role(doctor)),
  'role-two-codings': agent(role(doctor, { system: 'urn:rollen', code: 'arzt' })),
  'role-other-system': agent(role({ system: 'urn:rollen', code: 'NURSE' })),
  'role-no-system': agent(role({ code: 'nurse' })),
  'role-source': agent(role({ system: DCM, code: '110153' })),

  'agent-type-source': agent({
    type: { coding: [{ system: DCM, code: '110153', display: 'Source Role ID' }] },
  }),
  'agent-type-both': agent(
    { type: { coding: [{ system: DCM, code: '110153' }] } },
    { type: { coding: [{ system: DCM, code: '110152' }], text: 'Ziel' } },
  ),

  'entity-person': entity({ type: { system: ENTITY_TYPE, code: '1', display: 'Person' } }),
  'entity-patient-role': entity({ role: { system: OBJECT_ROLE, code: '1', display: 'Patient' } }),
  'entity-role-12': entity({
    type: { system: ENTITY_TYPE, code: '2' },
    role: { system: OBJECT_ROLE, code: '12' },
  }),
  'entity-crossed': entity(
    { type: { system: ENTITY_TYPE, code: '1' }, role: { system: OBJECT_ROLE, code: '4' } },
    { type: { system: OBJECT_ROLE, code: '2' }, role: { system: ENTITY_TYPE, code: '1' } },
  ),

  altid: agent({ altId: 'jdoe' }),
  'altid-upper': agent({ altId: 'JDoe' }),
  'altid-longer': agent({ altId: 'jdoe2' }),
  'altid-two': agent({ altId: 'other' }, { altId: 'jdoe' }),
  'altid-pipe': agent({ altId: 'dom|jdoe' }),
  'altid-comma': agent({ altId: 'jdoe,md' }),
  'altid-accent': agent({ altId: 'josé' }),
  'altid-mail': agent({ altId: 'J.Doe+audit@example.org' }),

  site: { source: { site: 'Main Campus', observer: { reference: 'Device/base-observer' } } },
  'site-longer': { source: { site: 'Main Campus 2', observer: { reference: 'Device/base-observer' } } },

  tagged: { meta: { tag: [{ system: 'urn:t', code: 'alpha', display: 'Alpha tag' }] } },
  'tagged-no-system': { meta: { tag: [{ code: 'Alpha' }] } },
  'tagged-twice': {
    meta: {
      tag: [
        { system: 'urn:t', code: 'beta' },
        { system: 'urn:u', code: 'alpha' },
      ],
    },
  },

  restricted: {
    meta: { security: [{ system: CONFIDENTIALITY, code: 'R', display: 'restricted' }] },
  },
  'very-restricted': {
    meta: {
      security: [
        { system: CONFIDENTIALITY, code: 'V', display: 'very restricted' },
        { system: 'urn:t', code: 'R' },
      ],
    },
  },

  'sender-1': { id: 'Sender-1' },
  'sender-lower': { id: 'sender-1' },
  'sender-10': { id: 'Sender-10', meta: { lastUpdated: '2001-01-01T00:00:00Z', versionId: '7' } },
};

const ACTIONS = ['action-c', 'action-r', 'action-u', 'action-d', 'action-e'];
const OUTCOMES = ['outcome-0', 'outcome-4', 'outcome-8', 'outcome-12'];
const LOGINS = ['type-a', 'type-b', 'type-no-system', 'type-other-case'];
const OF_A = ['type-a', 'type-longer', 'type-display', 'type-plain', 'type-pipe', 'type-comma'].concat(
  'type-dollar',
  'type-backslash',
);
const SUBTYPES = ['subtype-both', 'subtype-crossed', 'subtype-one', 'subtype-display'];
const NURSES = ['role-coded', 'role-two-agents', 'role-other-system', 'role-no-system'];
const ROLES = [...NURSES, 'role-text', 'role-two-codings', 'role-source'];
const SITES = ['site', 'site-longer'];

export const CODE_ROWS: readonly Row[] = [
  ['action=C', ['action-c']],
  ['action=c', ['action-c']],
  ['action=C,R', ['action-c', 'action-r']],
  ['action=C,C', ['action-c']],
  ['action=C&action=R', []],
  ['action=C&action=C,R', ['action-c']],
  ['action=X', []],
  ['action=CR', []],
  // A code of a required binding has the system of its binding, although an event never says so.
  [`action=${ACTION}|C`, ['action-c']],
  [`action=${ACTION}|c`, ['action-c']],
  [`action=${ACTION}|`, ACTIONS],
  [`action=${ACTION}|C,${ACTION}|E`, ['action-c', 'action-e']],
  ['action=HTTP://hl7.org/fhir/audit-event-action|C', []],
  [`action=${OUTCOME}|C`, []],
  ['action=|C', []],
  ['action:not=C', allBut('action-c')],
  ['action:not=c', allBut('action-c')],
  ['action:not=C,R', allBut('action-c', 'action-r')],
  ['action:not=C&action:not=R', allBut('action-c', 'action-r')],
  [`action:not=${ACTION}|C`, allBut('action-c')],
  [`action:not=${OUTCOME}|C`, allBut()],
  ['action:not=X', allBut()],
  ['action:not=C&action=C', []],
  ['action:missing=false', ACTIONS],
  ['action:missing=true', allBut(...ACTIONS)],
  ['action:missing=true&action:not=C', allBut(...ACTIONS)],
  ['action:missing=false&action:not=C', ACTIONS.slice(1)],
  // An empty value says nothing.
  ['action=,C', ['action-c']],
  ['action=C,', ['action-c']],
  ['action=', allBut()],
  ['action:not=,C', allBut('action-c')],

  ['outcome=0', ['outcome-0']],
  ['outcome=00', []],
  ['outcome=1', []],
  ['outcome=12', ['outcome-12']],
  ['outcome=4,8', ['outcome-4', 'outcome-8']],
  [`outcome=${OUTCOME}|8`, ['outcome-8']],
  [`outcome=${OUTCOME}|`, OUTCOMES],
  [`outcome=${ACTION}|8`, []],
  ['outcome=|8', []],
  ['outcome:not=0', allBut('outcome-0')],
  ['outcome:not=0,4', allBut('outcome-0', 'outcome-4')],
  ['outcome:missing=false', OUTCOMES],
  ['outcome:missing=true', allBut(...OUTCOMES)],
];

export const CODING_ROWS: readonly Row[] = [
  ['type=login', LOGINS],
  ['type=LOGIN', LOGINS],
  [`type=${A}|login`, ['type-a']],
  [`type=${A}|LOGIN`, ['type-a']],
  [`type=${B}|login`, ['type-b']],
  ['type=http://CODES.example/a|login', ['type-other-case']],
  [`type=${A}/|login`, []],
  [`type=${B}|login-failed`, []],
  ['type=|login', ['type-no-system']],
  ['type=|LOGIN', ['type-no-system']],
  ['type=|login-failed', []],
  [`type=${A}|`, OF_A],
  [`type=${A}|x1,${B}|login`, ['type-display', 'type-b']],
  ['type=log', []],
  ['type=login|', []],
  [`type=login|${A}`, []],
  ['type=login-failed', ['type-longer']],
  ['type=two words', ['type-blank']],
  ['type=two+words', ['type-blank']],
  ['type=TWO%20WORDS', ['type-blank']],
  ['type=two', []],
  ['type=two  words', []],
  ['type=über', ['type-umlaut']],
  ['type=uber', []],
  ['type=👩‍⚕️', ['type-emoji']],
  ['type=👩', []],
  ['type:not=login', allBut(...LOGINS)],
  [`type:not=${A}|login`, allBut('type-a')],
  ['type:not=|login', allBut('type-no-system')],
  [`type:not=${A}|`, allBut(...OF_A)],
  ['type:not=login,login-failed', allBut(...LOGINS, 'type-longer')],
  ['type:missing=true', []],
  ['type:missing=false', allBut()],
  ['type:text=entry', ['type-display']],
  ['type:text=ENTRY OF', ['type-display']],
  ['type:text=éntry of the ward', ['type-display']],
  ['type:text=of the ward', []],
  ['type:text=login', []],
  ['type:text=only a', ['type-only-display']],
  ['type:text=only,entry', ['type-display', 'type-only-display']],

  ['subtype=one', ['subtype-both', 'subtype-crossed', 'subtype-one']],
  ['subtype=urn:s1|one', ['subtype-both', 'subtype-one']],
  ['subtype=urn:s2|one', ['subtype-crossed']],
  ['subtype=urn:s1|two', ['subtype-crossed']],
  ['subtype=urn:s2|', ['subtype-both', 'subtype-crossed']],
  ['subtype=one&subtype=two', ['subtype-both', 'subtype-crossed']],
  ['subtype=urn:s1|one&subtype=urn:s2|two', ['subtype-both']],
  ['subtype=urn:s1|one,urn:s2|one', ['subtype-both', 'subtype-crossed', 'subtype-one']],
  ['subtype:not=one', allBut('subtype-both', 'subtype-crossed', 'subtype-one')],
  ['subtype:not=two', allBut('subtype-both', 'subtype-crossed')],
  ['subtype:not=urn:s1|one', allBut('subtype-both', 'subtype-one')],
  ['subtype:not=two&subtype=one', ['subtype-one']],
  ['subtype:missing=false', SUBTYPES],
  ['subtype:missing=true', allBut(...SUBTYPES)],
  ['subtype:text=gruße an odon', ['subtype-display']],
  ['subtype:text=open', ['subtype-display']],
  ['subtype:text=open&subtype:text=grü', ['subtype-display']],
  ['subtype:text=an', []],

  ['entity-type=1', ['entity-person', 'entity-crossed']],
  [`entity-type=${ENTITY_TYPE}|2`, ['entity-role-12']],
  ['entity-type=2', ['entity-role-12', 'entity-crossed']],
  ['entity-type=1&entity-type=2', ['entity-crossed']],
  [`entity-type=${OBJECT_ROLE}|`, ['entity-crossed']],
  ['entity-type:text=PERS', ['entity-person']],
  ['entity-type:not=1', allBut('entity-person', 'entity-crossed')],
  ['entity-type:missing=false', ['entity-person', 'entity-role-12', 'entity-crossed']],
  ['entity-role=1', ['entity-patient-role', 'entity-crossed']],
  [`entity-role=${OBJECT_ROLE}|1`, ['entity-patient-role']],
  ['entity-role=12', ['entity-role-12']],
  ['entity-role=4,12', ['entity-role-12', 'entity-crossed']],
  ['entity-role:text=pat', ['entity-patient-role']],
  [`entity-role:not=${OBJECT_ROLE}|1`, allBut('entity-patient-role')],
  ['entity-role:missing=false', ['entity-patient-role', 'entity-role-12', 'entity-crossed']],
  ['entity-role:missing=true', allBut('entity-patient-role', 'entity-role-12', 'entity-crossed')],

  ['_tag=alpha', ['tagged', 'tagged-no-system', 'tagged-twice']],
  ['_tag=urn:t|alpha', ['tagged']],
  ['_tag=urn:u|ALPHA', ['tagged-twice']],
  ['_tag=|alpha', ['tagged-no-system']],
  ['_tag=urn:t|', ['tagged', 'tagged-twice']],
  ['_tag=urn:conformance|action-c', ['action-c']],
  ['_tag:not=alpha', allBut('tagged', 'tagged-no-system', 'tagged-twice')],
  ['_tag:text=alpha t', ['tagged']],
  ['_tag:missing=true', []],
  ['_security=R', ['restricted', 'very-restricted']],
  [`_security=${CONFIDENTIALITY}|r`, ['restricted']],
  [`_security=${CONFIDENTIALITY}|`, ['restricted', 'very-restricted']],
  [`_security=${CONFIDENTIALITY}|R,${CONFIDENTIALITY}|V`, ['restricted', 'very-restricted']],
  ['_security:text=restricted', ['restricted']],
  ['_security:text=very', ['very-restricted']],
  [`_security:not=${CONFIDENTIALITY}|R`, allBut('restricted')],
  ['_security:missing=false', ['restricted', 'very-restricted']],
  ['_security:missing=true', allBut('restricted', 'very-restricted')],
];

export const CONCEPT_ROWS: readonly Row[] = [
  ['agent-role=nurse', NURSES],
  ['agent-role=urn:roles|nurse', ['role-coded', 'role-two-agents']],
  ['agent-role=urn:rollen|nurse', ['role-other-system']],
  ['agent-role=|nurse', ['role-no-system']],
  ['agent-role=doctor', ['role-two-agents', 'role-two-codings']],
  ['agent-role=urn:rollen|doctor', []],
  ['agent-role=urn:rollen|', ['role-two-codings', 'role-other-system']],
  ['agent-role=nurse&agent-role=doctor', ['role-two-agents']],
  ['agent-role=arzt&agent-role=doctor', ['role-two-codings']],
  ['agent-role=110153', ['role-source']],
  ['agent-role:not=nurse', allBut(...NURSES)],
  ['agent-role:not=nurse,doctor', allBut(...NURSES, 'role-two-codings')],
  ['agent-role:text=registered', ['role-coded', 'role-two-agents']],
  ['agent-role:text=ward', ['role-coded']],
  ['agent-role:text=nurse', ['role-text']],
  ['agent-role:text=NURSE ON', ['role-text']],
  ['agent-role:missing=false', ROLES],
  ['agent-role:missing=true', allBut(...ROLES)],
  ['agent-type=110153', ['agent-type-source', 'agent-type-both']],
  [`agent-type=${DCM}|110152`, ['agent-type-both']],
  ['agent-type=|110153', []],
  ['agent-type=110153&agent-type=110152', ['agent-type-both']],
  ['agent-type:not=110152', allBut('agent-type-both')],
  ['agent-type:text=source', ['agent-type-source']],
  ['agent-type:text=ziel', ['agent-type-both']],
  ['agent-type:missing=false', ['agent-type-source', 'agent-type-both']],
];

export const PLAIN_TOKEN_ROWS: readonly Row[] = [
  ['altid=jdoe', ['altid', 'altid-upper', 'altid-two']],
  ['altId=jdoe', ['altid', 'altid-upper', 'altid-two']],
  ['altid=|jdoe', ['altid', 'altid-upper', 'altid-two']],
  ['altid=dom|jdoe', []],
  ['altid=dom\\|jdoe', ['altid-pipe']],
  ['altid=jdoe|', []],
  ['altid=jdoe\\,md', ['altid-comma']],
  ['altid=jdoe,md', ['altid', 'altid-upper', 'altid-two']],
  ['altid=jdo', []],
  ['altid=josé', ['altid-accent']],
  ['altid=JOSÉ', ['altid-accent']],
  ['altid=jose', []],
  ['altid=j.doe%2Baudit@example.org', ['altid-mail']],
  ['altid=j.doe+audit@example.org', []],
  ['altid=other&altid=jdoe', ['altid-two']],
  ['altid:not=jdoe2', allBut('altid-longer')],
  ['altid:not=jdoe', allBut('altid', 'altid-upper', 'altid-two')],
  ['site=main campus', ['site']],
  ['site=|Main Campus', ['site']],
  ['site=Main', []],
  ['site=main campus,main campus 2', SITES],
  ['site:not=Main Campus', allBut('site')],
  ['site:missing=false', SITES],
  ['site:missing=true', allBut(...SITES)],

  ['_id={action-c}', ['action-c']],
  ['_id={action-c},{action-r}', ['action-c', 'action-r']],
  ['_id={action-c}&_id={action-r}', []],
  ['_id={action-c}0', []],
  ['_id={action-c}&action=C', ['action-c']],
  ['_id={action-c}&action=R', []],
  ['_id=nonsense', []],
  ['_id:not={action-c}', allBut('action-c')],
  ['_id:missing=true', []],
  ['sender-id:not=Sender-1', allBut('sender-1')],
  ['sender-id=Sender-1', ['sender-1']],
  ['sender-id=sender-1', ['sender-lower']],
  ['sender-id=SENDER-1', []],
  ['sender-id=Sender-1,Sender-10', ['sender-1', 'sender-10']],
  ['sender-id=Sender', []],
  ['sender-id:missing=false', ['sender-1', 'sender-lower', 'sender-10']],
  ['_id=Sender-1', []],
];

export const ESCAPE_ROWS: readonly Row[] = [
  ['type=a', ['type-plain']],
  ['type=a\\|b', ['type-pipe']],
  [`type=${A}|a\\|b`, ['type-pipe']],
  [`type=${B}|a\\|b`, []],
  ['type=a|b', []],
  ['type=a\\,b', ['type-comma']],
  ['type=a\\,B', ['type-comma']],
  ['type=a,b', ['type-plain']],
  ['type=a\\,b,a\\|b', ['type-comma', 'type-pipe']],
  ['type=a\\$b', ['type-dollar']],
  ['type=a\\\\b', ['type-backslash']],
  ['type=a\\\\,b', []],
  ['type=http://codes.example/s\\|1|v', ['type-pipe-in-system']],
  ['type=http://codes.example/s\\|1|', ['type-pipe-in-system']],
  ['type=a%5C%7Cb', ['type-pipe']],
  ['type=a%2Cb', ['type-plain']],
];
