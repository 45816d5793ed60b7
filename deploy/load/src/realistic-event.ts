/**
 * An AuditEvent as record systems write them: 0.8 to 2 KB of JSON, 1 KB on average, in the patterns of IHE's BALP.
 * No two have the same people, patients, times and requests, and they come in several shapes; the same seed and number
 * give the same event, so that any process can make any of them.
 */
import { practitionerName } from './search/event.ts';
import { byShare } from './search/facts.ts';
import { below, oneOf, type Random, randomOf, zipf } from './search/random.ts';
import {
  type Code,
  DOCUMENTS,
  EVENT_TYPES,
  type EventType,
  POLICIES,
  SITES,
  TOPICS,
  WARDS,
} from './search/vocabulary.ts';

const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem';
const BALP = 'https://profiles.ihe.net/ITI/BALP';
const DCM = 'http://dicom.nema.org/resources/ontology/DCM';

const PATIENTS = 50_000;
const PRACTITIONERS = 2000;
const WORKSTATIONS = 400;

const FOR_PATIENT = 1;

/** `recordedMs` is milliseconds since 1970. */
export function realisticEventOf(seed: number, n: number, recordedMs: number): object {
  const random = randomOf(seed, n);
  const type = EVENT_TYPES[byShare(random, EVENT_TYPES)]!;
  const subtype = below(random, type.subtypes.length);
  // One of sixteen says all that BALP asks for, the others what most systems write.
  const isFull = below(random, 16) === 0;
  const practitioner = below(random, PRACTITIONERS);
  const patient = type.aboutPatient ? patientOf(seed, zipf(random, PATIENTS)) : undefined;
  return {
    resourceType: 'AuditEvent',
    ...(isFull && { meta: { profile: [`${BALP}/StructureDefinition/IHE.BasicAudit.${type.code}`] } }),
    ...(isFull && below(random, 4) === 0 && { text: narrative(random, type) }),
    type: { system: type.system, code: type.code, display: type.display },
    subtype: [{ system: type.subtypeSystem, ...type.subtypes[subtype] }],
    action: type.actions[subtype],
    recorded: new Date(recordedMs).toISOString(),
    ...outcome(random),
    agent: [
      user(random, practitioner, isFull),
      ...(isFull || patient === undefined ? [application(random)] : []),
    ],
    source: {
      ...((isFull || patient === undefined) && { site: oneOf(random, SITES) }),
      observer: { reference: 'Device/ehr', display: 'Record system' },
      ...(!isFull &&
        below(random, 4) === 0 && { type: [{ system: `${TERMINOLOGY}/security-source-type`, code: '4' }] }),
    },
    entity: entities(random, { type, patient, isFull }),
  };
}

/** Half of the systems number their patients, half give them a UUID. */
function patientOf(seed: number, patient: number): string {
  return patient % 2 === 0 ? String(100_000 + patient) : uuid(randomOf(seed, patient, FOR_PATIENT));
}

function narrative(random: Random, { display }: Code): object {
  const said = `${display}, ${oneOf(random, DOCUMENTS)}`;
  return { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${said}</div>` };
}

function outcome(random: Random): object {
  return below(random, 20) > 0
    ? { outcome: '0' }
    : { outcome: '4', outcomeDesc: 'Access was denied by consent' };
}

function user(random: Random, practitioner: number, isFull: boolean): object {
  const workstation = below(random, WORKSTATIONS);
  return {
    type: {
      coding: [{ system: `${TERMINOLOGY}/v3-ParticipationType`, code: 'IRCP' }],
    },
    who: {
      reference: `Practitioner/dr-${practitioner}`,
      ...(isFull
        ? { identifier: { system: 'http://ehr.example.org/users', value: `u${practitioner}` } }
        : below(random, 3) === 0 && { display: practitionerName(practitioner) }),
    },
    ...(isFull && { altId: `u${practitioner}` }),
    name: practitionerName(practitioner),
    requestor: true,
    ...(below(random, 4) === 0 && { policy: [oneOf(random, POLICIES)] }),
    network: { address: `10.${workstation % 8}.${workstation >> 3}.${below(random, 256)}`, type: '2' },
  };
}

function application(random: Random): object {
  return {
    type: { coding: [{ system: DCM, code: '110153' }] },
    who: { reference: `Device/workstation-${below(random, WORKSTATIONS)}` },
    requestor: false,
  };
}

function entities(
  random: Random,
  {
    type,
    patient,
    isFull,
  }: { readonly type: EventType; readonly patient: string | undefined; readonly isFull: boolean },
): object[] {
  if (patient === undefined) return [{ what: { display: oneOf(random, WARDS) }, ...session(random) }];
  return [
    {
      what: { reference: `Patient/${patient}` },
      type: { system: `${TERMINOLOGY}/audit-entity-type`, code: '1', display: 'Person' },
      role: { system: `${TERMINOLOGY}/object-role`, code: '1', display: 'Patient' },
    },
    ...(isFull || below(random, 12) === 0 ? [subject(random, type)] : []),
    ...(isFull || below(random, 5) === 0
      ? [
          {
            what: { identifier: { value: uuid(random) } },
            type: { system: `${BALP}/CodeSystem/BasicAuditEntityType`, code: 'XrequestId' },
          },
        ]
      : []),
  ];
}

/** What was done to: a document, or, for a query, what was asked. */
function subject(random: Random, { code }: EventType): object {
  const topic = TOPICS[zipf(random, TOPICS.length)]!;
  const role = { system: `${TERMINOLOGY}/object-role`, code: '4', display: 'Domain Resource' };
  const type = { system: `${TERMINOLOGY}/audit-entity-type`, code: '2', display: 'System Object' };
  if (code === '110112')
    return { type, role: { ...role, code: '24', display: 'Query' }, query: queryText(random, topic) };
  const name = `${oneOf(random, DOCUMENTS)} ${topic} ${1 + below(random, 9999)}`;
  return { what: { reference: `DocumentReference/${below(random, 2 ** 31)}` }, type, role, name };
}

function queryText(random: Random, topic: string): string {
  return btoa(`DocumentReference?type=${topic}&date=ge2026-0${1 + below(random, 9)}-01&_count=50`);
}

function session(random: Random): object {
  return { detail: [{ type: 'session', valueString: uuid(random) }] };
}

function uuid(random: Random): string {
  const hex = Array.from({ length: 4 }, () =>
    below(random, 2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  ).join('');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join('-');
}
