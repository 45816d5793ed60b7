/** The event of some facts, as a record system writes it: 2 KB of FHIR. */
import { type Facts, FOR_DETAILS } from './facts.ts';
import { below, oneOf, type Random, randomOf } from './random.ts';
import { DOCUMENTS, EVENT_TYPES, NAMES, OUTCOMES, POLICIES, SITES, TOPICS, WARDS } from './vocabulary.ts';

/** A base that is declared to be this repository's own (AUDITBOX_BASE_ALIASES). */
export const EHR_BASE = 'http://ehr.example.org/fhir';

const ENTITY_TYPE = 'http://terminology.hl7.org/CodeSystem/audit-entity-type';
const OBJECT_ROLE = 'http://terminology.hl7.org/CodeSystem/object-role';

export function eventOf(seed: number, facts: Facts): Readonly<Record<string, unknown>> {
  const random = randomOf(seed, facts.n, FOR_DETAILS);
  const type = EVENT_TYPES[facts.type]!;
  const outcome = OUTCOMES[facts.outcome]!;
  const topic = TOPICS[facts.topic]!;
  const ward = WARDS[facts.ward]!;
  const document = oneOf(random, DOCUMENTS);
  const name = practitionerName(facts.practitioner);
  return {
    resourceType: 'AuditEvent',
    meta: { profile: [`https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.${type.code}`] },
    ...(below(random, 4) > 0 && {
      text: {
        status: 'generated',
        div: `<div xmlns="http://www.w3.org/1999/xhtml"><p><b>${name}</b>: ${type.display}, ${document} (${topic}), ${ward}</p></div>`,
      },
    }),
    type: { system: type.system, code: type.code, display: type.display },
    subtype: [{ system: type.subtypeSystem, ...type.subtypes[facts.subtype] }],
    action: actionOf(facts),
    recorded: new Date(facts.recordedMs).toISOString(),
    outcome: outcome.code,
    ...(outcome.description !== undefined && { outcomeDesc: outcome.description }),
    agent: [
      {
        type: {
          coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }],
        },
        who: {
          reference: `Practitioner/${practitionerId(facts.practitioner)}`,
          identifier: { system: 'http://ehr.example.org/users', value: `u${facts.practitioner}` },
        },
        altId: `u${facts.practitioner}`,
        name,
        requestor: true,
        policy: [oneOf(random, POLICIES)],
        network: { address: address(random), type: '2' },
      },
      {
        type: { coding: [{ system: 'http://dicom.nema.org/resources/ontology/DCM', code: '110153' }] },
        who: { reference: `Device/workstation-${below(random, 400)}` },
        requestor: false,
      },
    ],
    source: {
      site: oneOf(random, SITES),
      observer: { reference: 'Device/ehr', display: 'Record system' },
      type: [{ system: 'http://terminology.hl7.org/CodeSystem/security-source-type', code: '4' }],
    },
    entity: [
      ...(facts.patient === undefined ? [] : [patientEntity(random, facts.patient)]),
      {
        what: { identifier: { value: requestId(random) } },
        type: { system: ENTITY_TYPE, code: '2', display: 'System Object' },
        role: { system: OBJECT_ROLE, code: '4', display: 'Domain Resource' },
        name: `${document} ${topic} ${1 + below(random, 9999)}`,
        detail: [{ type: 'ward', valueString: ward }],
      },
    ],
  };
}

export function actionOf({ type, subtype }: Pick<Facts, 'type' | 'subtype'>): string {
  return EVENT_TYPES[type]!.actions[subtype]!;
}

export function patientId(patient: number): string {
  return `p${100_000 + patient}`;
}

export function practitionerId(practitioner: number): string {
  return `dr-${practitioner}`;
}

export function practitionerName(practitioner: number): string {
  const { given, family } = NAMES[practitioner % NAMES.length]!;
  const rest = Math.floor(practitioner / NAMES.length);
  const middle = String.fromCharCode(65 + (rest % 26));
  return `${given[rest % given.length]} ${middle}. ${family[Math.floor(rest / given.length) % family.length]}`;
}

/** Seven of ten name the patient as a FHIR server names its own, the others with a version or the whole URL. */
function patientEntity(random: Random, patient: number): object {
  const relative = `Patient/${patientId(patient)}`;
  const form = below(random, 10);
  const versioned = `${relative}/_history/${1 + below(random, 20)}`;
  return {
    what: { reference: form < 7 ? relative : form < 9 ? versioned : `${EHR_BASE}/${relative}` },
    type: { system: ENTITY_TYPE, code: '1', display: 'Person' },
    role: { system: OBJECT_ROLE, code: '1', display: 'Patient' },
  };
}

function address(random: Random): string {
  return below(random, 10) < 9
    ? `10.${below(random, 32)}.${below(random, 256)}.${below(random, 256)}`
    : `2001:db8:${below(random, 65_536).toString(16)}::${below(random, 65_536).toString(16)}`;
}

/** Sixteen hexadecimal digits that no other event has. */
function requestId(random: Random): string {
  const half = () =>
    below(random, 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return half() + half();
}
