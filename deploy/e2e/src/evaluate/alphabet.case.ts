/**
 * The few values of which events and searches are both made, each with near misses beside it: what differs in case,
 * accents, punctuation or white space, what begins with another or has it within, one resource in all its spellings.
 */

/** The server's own base, and another under which its resources are known; the rest are other systems. */
export const OWN_BASE = 'http://audit.example.org/fhir';
export const ALIAS_BASE = 'http://ehr.example.org/fhir';

export const NAMES = [
  ...[
    'Erika Mustermann',
    'erika  mustermann',
    'Erika-Mustermann',
    'ÉRIKA',
    'Erik',
    'Dr. Erika',
    'Müller',
    'MULLER',
  ],
  ...[
    'Mueller',
    'Müller, José',
    "O'Brien",
    'OBrien',
    'O Brien',
    'Straße',
    'STRASSE',
    'ﬁn',
    'fin',
    '日本語',
    '日本',
  ],
  ...[
    '...',
    'a',
    'ab',
    'abab',
    'Σίσυφος',
    'ΣΊΣΥΦΟΣ',
    ' Erika ',
    '😀 x',
    'X_ray',
    'x-ray',
    'a+b',
    'a b',
    'Jose\u0301',
    '½',
  ],
  ...[
    'STRAẞE',
    'Søren',
    'Soren',
    'Łódź',
    'lodz',
    'Æsir',
    'aesir',
    '한국',
    '하',
    'पत्र',
    'पति',
    'がく',
    'か\u3099く',
    'かく',
    'co\u00ADop',
    'coop',
    'می\u200Cشود',
    'میشود',
    'Adams^John^^Dr',
    'Adams John',
    'Connor, O',
    "O'Connor",
    'Oconnor',
    'o connor',
  ],
] as const;

export const ADDRESSES = [
  ...[
    '192.168.1',
    '192.168.1.7',
    '192.168.17.1',
    '192 168 1',
    'fe80::1',
    'FE80::1',
    'fe80::12',
    'Host-A.example',
  ],
  ...['host-a.example', 'host  a', 'host a', 'a'],
] as const;

/** Undefined: none. */
export const SYSTEMS = [
  'urn:x',
  'urn:X',
  'http://s.example/a',
  'http://s.example/A',
  'urn:x|y',
  'http://s.example/a|1',
  undefined,
] as const;
/** Clients that send, and what is nearly one. */
export const CLIENTS = ['ehr', 'EHR', 'query', 'anonymous', 'ehr-2', 'Anonymous'] as const;
/** In the place of an issuer: those of the product's own, and what is nearly one. */
export const OWN_ISSUERS = ['urn:auditbox:api-key', 'urn:auditbox', 'urn:AUDITBOX:api-key'] as const;
export const CODES = [
  'rest',
  'REST',
  'Rest',
  'rests',
  'read',
  'a,b',
  'a|b',
  'a\\b',
  '$x',
  'a',
  'ä',
  'y|rest',
  '1|a',
  'STRASSE',
  'straße',
  '110100',
] as const;
export const ACTIONS = ['C', 'R', 'U', 'D', 'E'] as const;
export const OUTCOMES = ['0', '4', '8', '12'] as const;
export const IMPLIED_SYSTEMS = [
  'http://hl7.org/fhir/audit-event-action',
  'http://hl7.org/fhir/audit-event-outcome',
] as const;
export const ALT_IDS = [
  'user1',
  'USER1',
  'user10',
  'user',
  'erika@example.com',
  'a,b|c\\d$',
  'Erika',
  ' x',
  'straße',
  'STRAẞE',
] as const;

export const URLS = [
  ...[
    'http://p.example/a',
    'http://p.example/a/',
    'http://p.example/a/b',
    'http://p.example/ab',
    'HTTP://p.example/a',
  ],
  ...[
    'http://p.example/',
    'http://p.example',
    'http://p.example/a/b/c',
    'http://p.example/a/b?x=y',
    'http://p.example/a#x',
    'http://p.example/a|1',
    'http://p.example/a,b',
    'urn:oid:1.2',
    'urn:oid:1.2.3',
    'x',
  ],
] as const;

export const IDENTIFIERS = ['MRN1', 'mrn1', 'MRN10', 'MRN', 'a|b'] as const;

export const BASES = [
  '',
  OWN_BASE,
  ALIAS_BASE,
  'http://other.example.org/fhir',
  'https://ehr.example.org/fhir',
  'http://ehr.example.org/FHIR',
] as const;
export const TYPES = ['Patient', 'Patient', 'Practitioner', 'Device', 'Client'] as const;
export const LOGICAL_IDS = ['p1', 'P1', 'p10', 'p-1', 'a_b', 'ü', '7'.repeat(70)] as const;
export const VERSIONS = ['1', '2', undefined, undefined, undefined] as const;
/** References that name no resource by type and id. */
export const OTHER_REFERENCES = [
  ...[
    'urn:uuid:3f9b2c1a-0000-4000-8000-000000000001',
    'URN:UUID:3F9B2C1A-0000-4000-8000-000000000001',
    'urn:oid:1.2',
  ],
  ...['p1', 'bare', 'patient/p1', 'http://x.example/p1', 'HTTP://X.example:80/p1', 'urn:x:A', 'urn:x:a'],
] as const;

export const INSTANTS = [
  ...[
    '2019-05-05T10:00:00Z',
    '2019-05-05T10:00:00.000Z',
    '2019-05-05T10:00:00.000001Z',
    '2019-05-05T10:00:00.5Z',
  ],
  ...[
    '2019-05-05T10:00:00.500Z',
    '2019-05-05T12:00:00+02:00',
    '2019-05-05T09:59:59.999999999Z',
    '2019-05-05T10:00:01Z',
  ],
  ...[
    '2019-05-05T23:30:00-01:00',
    '2019-05-06T00:00:00Z',
    '2019-05-05T00:00:00.1-14:00',
    '2019-12-31T23:59:59.9Z',
  ],
  ...[
    '2020-01-01T00:00:00+00:00',
    '2020-02-29T12:00:00Z',
    '2018-12-31T23:59:59Z',
    '1969-12-31T23:59:59.999999Z',
  ],
  ...['2016-12-31T23:59:60Z', '2016-12-31T23:59:59Z', '2017-01-01T00:00:00Z', '2017-01-01T01:59:60+02:00'],
  ...['1970-01-01T00:00:00Z', '0999-06-01T12:00:00Z', '9999-12-31T23:59:59.999999Z'],
] as const;

export const WORDS = [
  'Erika',
  'ERIKÄ',
  'Erikas',
  'Patient',
  'record',
  '42',
  '4',
  'öffnete',
  'offnete',
  '日本',
  'co\u00ADop',
  'がく',
] as const;
/** As they are written in JSON, and the words that they may have there. */
export const DECIMALS = ['4.5', '0.42', '1.10', '1.1', '7E+2', '700', '-1.0e-3'] as const;
export const NUMBER_WORDS = ['1', '10', '1.10', '1.1', '7E+2', '7e', '2', '700', '0.42', '1.0', '3'] as const;
export const SENT_IDS = ['s-1', 'S-1', 's-10', 's'] as const;
