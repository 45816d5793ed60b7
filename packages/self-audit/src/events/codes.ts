/** The codes that the events about ourselves are made of: DICOM's, and those of FHIR's and BALP's examples. */
import type { AuditEvent } from '@auditbox/fhir-core';

export type Coding = AuditEvent['type'];
export type Agent = AuditEvent['agent'][number];
export type Entity = NonNullable<AuditEvent['entity']>[number];
/** R4's choice of types, of which `AuditEvent` says nothing. */
export type Detail = NonNullable<Entity['detail']>[number] & { readonly valueString: string };

const dicom = (code: string, display: string): Coding => ({
  system: 'http://dicom.nema.org/resources/ontology/DCM',
  code,
  display,
});
const role = (code: string, display: string): Coding => ({
  system: 'http://terminology.hl7.org/CodeSystem/object-role',
  code,
  display,
});

/** DICOM PS3.16, CID 400 and 401: what happened. */
export const APPLICATION_ACTIVITY = dicom('110100', 'Application Activity');
export const AUDIT_LOG_USED = dicom('110101', 'Audit Log Used');
export const SECURITY_ALERT = dicom('110113', 'Security Alert');
export const USER_AUTHENTICATION = dicom('110114', 'User Authentication');
export const APPLICATION_START = dicom('110120', 'Application Start');
export const APPLICATION_STOP = dicom('110121', 'Application Stop');
export const LOGIN = dicom('110122', 'Login');
export const RESTRICTED_FUNCTION = dicom('110132', 'Use of Restricted Function');

/** CID 402: how an agent took part. */
export const APPLICATION = dicom('110150', 'Application');
export const DESTINATION = dicom('110152', 'Destination Role ID');
export const SOURCE = dicom('110153', 'Source Role ID');
export const USER: Coding = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType',
  code: 'IRCP',
  display: 'information recipient',
};

export const SYSTEM_OBJECT: Coding = {
  system: 'http://terminology.hl7.org/CodeSystem/audit-entity-type',
  code: '2',
  display: 'System Object',
};
export const DOMAIN_RESOURCE = role('4', 'Domain Resource');
export const SECURITY_RESOURCE = role('13', 'Security Resource');
export const QUERY = role('24', 'Query');

/** An entity that is the id of the HTTP request. */
export const REQUEST_ID: Coding = {
  system: 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType',
  code: 'XrequestId',
};

export const APPLICATION_SERVER: Coding = {
  system: 'http://terminology.hl7.org/CodeSystem/security-source-type',
  code: '4',
  display: 'Application Server',
};

export const interaction = (code: string): Coding => ({
  system: 'http://hl7.org/fhir/restful-interaction',
  code,
  display: code,
});

/** The system of identifiers that are URIs (R4 identifier-registry.html). */
export const URI_SYSTEM = 'urn:ietf:rfc:3986';

export function detail(type: string, valueString: string): Detail {
  return { type, valueString };
}
