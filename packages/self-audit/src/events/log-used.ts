/**
 * Audit Log Used (DICOM PS3.15, A.5.3.2): someone read an event, searched for some, or looked into quarantine. Who and
 * how follow BALP's Query and Read, so that whoever knows those finds the request, its id and its agents where they are.
 */
import { type AuditEvent, isEventId } from '@auditbox/fhir-core';
import { type Client, clientAgents } from './client-agents.ts';
import {
  AUDIT_LOG_USED,
  DESTINATION,
  DOMAIN_RESOURCE,
  type Entity,
  interaction,
  QUERY,
  SOURCE,
  SYSTEM_OBJECT,
} from './codes.ts';
import { type Origin, requestEntities, securityResource, serverAgent, sourceOf } from './origin.ts';
import { requestText } from './request-text.ts';

/** FHIR's codes (R4 restful-interaction); an operation changes what is in quarantine. */
export type Interaction = 'read' | 'vread' | 'search-type' | 'operation';

export type LogUse = Client & {
  readonly requestId: string;
  readonly interaction: Interaction;
  readonly method: string;
  /** Below the base, with its query string, as it was asked for. */
  readonly path: string;
  /** The path as it was understood: without escapes, which could hide what was read. */
  readonly routed: string;
  /** The form of a `POST _search`, as it was sent. */
  readonly form?: string | undefined;
  /** Of the answer. */
  readonly status: number;
};

const NOBODY = 'anonymous: authentication is off';

/** DICOM's name for it: "shall be". */
const LOG_NAME = 'Security Audit Log';

/** The event is the same one by either door. */
const OF_EVENT = /^\/(?:AuditEvent|api\/events)\/([^/?#]+)/;

export function logUsed(use: LogUse, origin: Origin, recorded: Date): AuditEvent {
  // What is asked, or told, flows to the server.
  const isSearch = use.interaction === 'search-type' || use.interaction === 'operation';
  // BALP: parameters flow from the client to the server, what is read from the server to the client.
  const [clientRole, serverRole] = isSearch ? [SOURCE, DESTINATION] : [DESTINATION, SOURCE];
  return {
    resourceType: 'AuditEvent',
    type: AUDIT_LOG_USED,
    subtype: [interaction(use.interaction)],
    action: isSearch ? 'E' : 'R',
    recorded: recorded.toISOString(),
    outcome: outcomeOf(use.status),
    outcomeDesc: `HTTP status ${use.status}`,
    agent: [...clientAgents(use, clientRole, NOBODY), serverAgent(origin, serverRole)],
    source: sourceOf(origin),
    entity: [
      requested(use),
      securityResource(`${origin.baseUrl}${logOf(use.routed)}`, LOG_NAME),
      ...requestEntities(use.requestId),
    ],
  };
}

/** R4's audit-event-outcome: 4 is "often equivalent to an HTTP 400 response", 8 to a 500. */
function outcomeOf(status: number): '0' | '4' | '8' {
  if (status >= 500) return '8';
  return status >= 400 ? '4' : '0';
}

/** What was asked for: the event, where the request names one by an id of this repository, else what it is a query for. */
function requested(use: LogUse): Entity {
  const asked = { type: SYSTEM_OBJECT, query: Buffer.from(requestText(use)).toString('base64') };
  const id = OF_EVENT.exec(use.routed)?.[1] ?? '';
  if (!isEventId(id)) return { ...asked, role: QUERY };
  return { ...asked, what: { reference: `AuditEvent/${id}` }, role: DOMAIN_RESOURCE };
}

function logOf(path: string): string {
  return /^\/quarantine(?![^/?#])/.test(path) ? '/quarantine' : '/AuditEvent';
}
