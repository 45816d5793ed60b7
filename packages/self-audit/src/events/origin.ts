/** The service that an event is about and that reports it: the observer, and the server's side of what happened. */
import type { AuditEvent } from '@auditbox/fhir-core';
import {
  type Agent,
  APPLICATION_SERVER,
  type Coding,
  type Entity,
  REQUEST_ID,
  SECURITY_RESOURCE,
  SYSTEM_OBJECT,
  URI_SYSTEM,
} from './codes.ts';
import { foreignText } from './foreign-text.ts';

export type AuditedService = 'gateway' | 'query' | 'indexer';

export type Origin = {
  readonly service: AuditedService;
  /** The base of the API as clients see it; no slash at its end. */
  readonly baseUrl: string;
};

const URI_NETWORK = '5';

export function observer({ service, baseUrl }: Origin): AuditEvent['source']['observer'] {
  return { identifier: { system: URI_SYSTEM, value: baseUrl }, display: nameOf(service) };
}

export function sourceOf(origin: Origin): AuditEvent['source'] {
  return { observer: observer(origin), type: [APPLICATION_SERVER] };
}

/** The server's side, as it takes part by `type`. */
export function serverAgent(origin: Origin, type: Coding): Agent {
  return {
    type: { coding: [type] },
    who: observer(origin),
    requestor: false,
    network: { address: origin.baseUrl, type: URI_NETWORK },
  };
}

/** What is guarded, by its URI: DICOM wants one in reports of its use and in alerts. */
export function securityResource(uri: string, name: string): Entity {
  return {
    what: { identifier: { system: URI_SYSTEM, value: uri } },
    type: SYSTEM_OBJECT,
    role: SECURITY_RESOURCE,
    name,
  };
}

/** The HTTP request, by which the event is found from a log line and the other way round. */
export function requestEntities(requestId: string): Entity[] {
  const value = foreignText(requestId);
  return value === undefined ? [] : [{ what: { identifier: { value } }, type: REQUEST_ID }];
}

export function nameOf(service: AuditedService): string {
  return `Auditbox ${service}`;
}
