/**
 * The mapping between an application's event and its AuditEvent, both ways, without loss: what R4 has a home for is there,
 * the rest is in extensions. What is said here of each field is docs/application-events.md.
 */

import { canonicalForm } from '../record/canonical.ts';
import type { AuditEvent } from '../schema/audit-event.ts';
import {
  ADDED_FIELDS,
  type AddedFields,
  type ApplicationEvent,
  type SentEvent,
  sentEventProblems,
} from './event.ts';

const BASE = 'https://auditbox.io/fhir';

/** In `meta.profile` of each of them: what says that the event is one. */
export const APPLICATION_EVENT_PROFILE = `${BASE}/StructureDefinition/application-event`;
/** Holds an extension for each field that the server added. */
export const ADDED_EXTENSION = `${BASE}/StructureDefinition/application-event-added`;
/** Of `AuditEvent.subtype`: the words of the application itself. */
export const ACTION_SYSTEM = `${BASE}/CodeSystem/application-action`;
export const ORGANISATION_SYSTEM = `${BASE}/sid/org_id`;
export const ACTOR_SYSTEM = `${BASE}/sid/actor_id`;

const TYPE = {
  system: `${BASE}/CodeSystem/event-type`,
  code: 'application-event',
  display: 'Application event',
} as const;
const ACTOR_TYPES = {
  user: coding('http://terminology.hl7.org/CodeSystem/extra-security-role-type', 'humanuser', 'human user'),
  machine: coding(
    'http://terminology.hl7.org/CodeSystem/extra-security-role-type',
    'dataprocessor',
    'data processor',
  ),
} as const;
const SYSTEM_OBJECT = coding('http://terminology.hl7.org/CodeSystem/audit-entity-type', '2', 'System Object');

const SUCCESS = '0';
/** R4 audit-event-outcome: the action was not done for a reason as HTTP's 400s, or as its 500s. */
const MINOR_FAILURE = '4';
const SERIOUS_FAILURE = '8';
const SERVER_ERROR = 500;
/** Of `AuditEvent.outcome`, by what they say of the action. */
export const RESULT_OUTCOMES = {
  success: [SUCCESS],
  failure: [MINOR_FAILURE, SERIOUS_FAILURE],
} as const satisfies Record<SentEvent['action_result'], readonly string[]>;

const IP_ADDRESS = '2';

/**
 * What a method means (RFC 9110, 9.3; 5789), as R4's action: POST is "process it as you will". Any other method, and none,
 * says nothing that R4 has a word for.
 */
const ACTIONS: Readonly<Record<string, 'C' | 'R' | 'U' | 'D' | 'E'>> = {
  GET: 'R',
  HEAD: 'R',
  PUT: 'U',
  PATCH: 'U',
  DELETE: 'D',
  POST: 'E',
};

type Detail = { readonly type: string; readonly valueString: string };
type Extension = NonNullable<AuditEvent['extension']>[number];
/** R4's choice of types, of which `AuditEvent` says nothing. */
type Value = Extension & { readonly valueDecimal?: number; readonly valueString?: string };

/** The AuditEvent of a valid event, not stamped yet. */
export function toAuditEvent(event: SentEvent, added: AddedFields = {}): AuditEvent {
  const { actor_email, actor_name, client_ip } = event;
  const action = ACTIONS[event.request_method ?? ''];
  const extension = addedExtensions(added);
  const entity = requestEntity(event);
  return {
    resourceType: 'AuditEvent',
    meta: { profile: [APPLICATION_EVENT_PROFILE] },
    ...(extension.length > 0 && { extension: [{ url: ADDED_EXTENSION, extension }] }),
    type: TYPE,
    subtype: [{ system: ACTION_SYSTEM, code: event.action }],
    ...(action !== undefined && { action }),
    recorded: event.occurred_at,
    outcome: outcomeOf(event),
    agent: [
      {
        type: { coding: [ACTOR_TYPES[event.actor_type]] },
        who: {
          identifier: { system: ACTOR_SYSTEM, value: event.actor_id },
          ...(actor_name !== undefined && { display: actor_name }),
        },
        ...(actor_email !== undefined && { altId: actor_email }),
        ...(actor_name !== undefined && { name: actor_name }),
        requestor: true,
        ...(client_ip !== undefined && { network: { address: client_ip, type: IP_ADDRESS } }),
      },
    ],
    source: {
      observer: {
        type: 'Organization',
        identifier: { system: ORGANISATION_SYSTEM, value: event.org_id },
      },
    },
    ...(entity !== undefined && { entity: [entity] }),
  };
}

/**
 * The event that a valid AuditEvent was made of, with what the server added; undefined where it was made of none. A resource
 * that says more than its event would is none.
 */
export function fromAuditEvent(stored: AuditEvent): (SentEvent & AddedFields) | undefined {
  if (!stored.meta?.profile?.includes(APPLICATION_EVENT_PROFILE)) return undefined;
  const event = readFields(stored);
  const sent = sentPart(event);
  if (sentEventProblems(sent).length > 0) return undefined;
  const again = toAuditEvent(sent, addedPart(event));
  return canonicalForm(again) === canonicalForm(stored) ? event : undefined;
}

function readFields(stored: AuditEvent): SentEvent & AddedFields {
  const [actor] = stored.agent;
  const [request] = stored.entity ?? [];
  const details = new Map(
    (request?.detail ?? []).map((detail) => [detail.type, (detail as Partial<Detail>).valueString]),
  );
  const status = details.get('response_status');
  const fields = {
    ...addedFields(stored.extension),
    org_id: stored.source.observer.identifier?.value,
    action: stored.subtype?.[0]?.code,
    action_result: stored.outcome === SUCCESS ? 'success' : 'failure',
    actor_id: actor?.who?.identifier?.value,
    actor_type: actor?.type?.coding?.[0]?.code === ACTOR_TYPES.user.code ? 'user' : 'machine',
    actor_email: actor?.altId,
    actor_name: actor?.name,
    client_ip: actor?.network?.address,
    request_method: details.get('request_method'),
    request_path: request?.name,
    response_status: status === undefined ? undefined : Number(status),
    occurred_at: stored.recorded,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as SentEvent &
    AddedFields;
}

/** What was sent, without what the server added. */
export function sentPart(event: SentEvent & AddedFields & Partial<ApplicationEvent>): SentEvent {
  const { id: _id, sha256: _sha256, ...fields } = event;
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !(name in ADDED_FIELDS))) as SentEvent;
}

function addedPart(event: AddedFields): AddedFields {
  return Object.fromEntries(Object.entries(event).filter(([name]) => name in ADDED_FIELDS));
}

/**
 * The canonical form of a valid event's content, whose SHA-256 is its content digest: of an application's event what was
 * sent, of any other all but what the server stamps, with numbers as in `exact`.
 */
export function contentForm({ value, exact }: Readonly<Record<'value' | 'exact', unknown>>): string {
  return sentForm(value as AuditEvent) ?? canonicalForm(exact as Readonly<Record<string, unknown>>);
}

/** The same of an application's event; undefined for any other. */
export function sentForm(value: AuditEvent): string | undefined {
  const sent = fromAuditEvent(value);
  return sent && canonicalForm(sentPart(sent));
}

function outcomeOf({ action_result, response_status = 0 }: SentEvent): '0' | '4' | '8' {
  if (action_result === 'success') return SUCCESS;
  return response_status >= SERVER_ERROR ? SERIOUS_FAILURE : MINOR_FAILURE;
}

function requestEntity({ request_method, request_path, response_status }: SentEvent) {
  const detail = [
    ...(request_method === undefined ? [] : [{ type: 'request_method', valueString: request_method }]),
    ...(response_status === undefined
      ? []
      : [{ type: 'response_status', valueString: `${response_status}` }]),
  ];
  if (detail.length === 0 && request_path === undefined) return undefined;
  return {
    type: SYSTEM_OBJECT,
    ...(request_path !== undefined && { name: request_path }),
    ...(detail.length > 0 && { detail }),
  };
}

function addedExtensions(added: AddedFields): Value[] {
  return Object.entries(added).flatMap(([url, value]): Value[] => {
    if (value === undefined) return [];
    return [typeof value === 'number' ? { url, valueDecimal: value } : { url, valueString: value }];
  });
}

function addedFields(extensions: readonly Extension[] = []): AddedFields {
  const added: readonly Value[] = extensions.find(({ url }) => url === ADDED_EXTENSION)?.extension ?? [];
  return Object.fromEntries(
    added.flatMap(({ url, valueDecimal, valueString }) => {
      const value = valueDecimal ?? valueString;
      return isAdded(url) && typeof value === ADDED_FIELDS[url].type ? [[url, value]] : [];
    }),
  );
}

function isAdded(name: string): name is keyof AddedFields {
  return Object.hasOwn(ADDED_FIELDS, name);
}

function coding<const Code extends string>(system: string, code: Code, display: string) {
  return { system, code, display } as const;
}
