/**
 * AuditEvents as a FHIR server with Basic Audit Log Patterns makes them, as large as a test wants. Each carries a
 * `key` of the test's own in `agent.altId`, so that an event is known again whatever id it was given, and the tag of
 * its sender, so that a search finds all that a sender sent.
 */
import { randomBytes } from 'node:crypto';
import type { Resource } from './client.ts';

export type GeneratedEvent = Readonly<Record<string, unknown>> & {
  readonly agent: readonly [{ readonly altId: string; readonly [element: string]: unknown }];
};

export type GenerateOptions = {
  /** The sender's tag: `_tag=` finds its events. */
  readonly sender: string;
  readonly key: string;
  /** The client's own id; none where it sends none. */
  readonly id?: string;
  /** Of the whole event, as JSON. */
  readonly bytes?: number;
};

const RECORDED_MS = Date.UTC(2026, 8, 30, 10, 7, 55);

/** An event of about `bytes` bytes, or of about 1 KB. */
export function generatedEvent({ sender, key, id, bytes = 0 }: GenerateOptions): GeneratedEvent {
  const event = balpEvent(sender, key, id, '');
  const missing = bytes - JSON.stringify(event).length;
  return missing > 0 ? balpEvent(sender, key, id, 'x'.repeat(missing)) : event;
}

function balpEvent(sender: string, key: string, id: string | undefined, trace: string): GeneratedEvent {
  return {
    resourceType: 'AuditEvent',
    ...(id !== undefined && { id }),
    meta: {
      profile: ['https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientCreate'],
      tag: [{ system: 'urn:test:sender', code: sender }],
    },
    type: { system: 'http://terminology.hl7.org/CodeSystem/audit-event-type', code: 'rest' },
    subtype: [{ system: 'http://hl7.org/fhir/restful-interaction', code: 'create' }],
    action: 'C',
    recorded: new Date(RECORDED_MS).toISOString(),
    outcome: '0',
    agent: [
      {
        type: { coding: [{ system: 'http://dicom.nema.org/resources/ontology/DCM', code: '110153' }] },
        who: { reference: 'Client/ehr', display: 'EHR' },
        altId: key,
        requestor: true,
        network: { address: '192.0.2.10', type: '2' },
      },
    ],
    source: { observer: { display: 'https://aidbox.example.com/fhir' } },
    entity: [
      {
        what: { reference: `Patient/${key}` },
        type: { system: 'http://terminology.hl7.org/CodeSystem/audit-entity-type', code: '1' },
        role: { system: 'http://terminology.hl7.org/CodeSystem/object-role', code: '1' },
      },
      {
        what: { identifier: { value: `request-${key}` } },
        type: {
          system: 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType',
          code: 'XrequestId',
        },
        ...(trace !== '' && { detail: [{ type: 'trace', valueString: trace }] }),
      },
    ],
  };
}

/** The key of a generated event that was found. */
export const keyOf = (event: Resource): string => (event as unknown as GeneratedEvent).agent[0].altId;

/** A UUIDv7 (RFC 9562, section 5.7) of now: the ids that FHIR servers give their own events. */
export function uuidV7(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
