/** Events of applications as they are given back: read from the AuditEvents that they became, each with its id and fingerprint. */
import {
  type ApplicationEvent,
  type AuditEvent,
  canonicalForm,
  fromAuditEvent,
  sentPart,
  textDigest,
} from '@auditbox/fhir-core';
import type { WantedFields } from './event-list.ts';
import type { FoundEvent } from './found.ts';
import { cursorFrom, type Searchset } from './searchset.ts';

/**
 * UTF-16 code units of the AuditEvent that an application's event becomes, with room to spare: its fields are bounded, the
 * longest are a path of 8192 and a name of 1024 that stands there twice. What is larger only claims to be one, and is not
 * parsed.
 */
export const APPLICATION_EVENT_CHARS_MAX = 128 * 1024;

export type EventListPage = {
  readonly events: readonly ApplicationEvent[];
  /** Of the next page, if there is one. */
  readonly next_cursor?: string;
};

/** Undefined where the stored event was made of none, whatever profile it claims. */
export function applicationEventOf({ id, text }: FoundEvent): ApplicationEvent | undefined {
  if (text.length > APPLICATION_EVENT_CHARS_MAX) return undefined;
  const event = fromAuditEvent(JSON.parse(text) as AuditEvent);
  return event && { id, sha256: textDigest(canonicalForm(sentPart(event))), ...event };
}

/** The answer to a page of a list. It can have fewer events than were asked for, and still a next page. */
export function eventListPage(set: Searchset, wanted: WantedFields): EventListPage {
  const events = set.found.events.flatMap((found) => {
    const event = applicationEventOf(found);
    return event !== undefined && isWanted(event, wanted) ? [event] : [];
  });
  const next = set.found.more ? cursorFrom(set, 'after') : undefined;
  return { events, ...(next !== undefined && { next_cursor: next }) };
}

function isWanted(event: ApplicationEvent, wanted: WantedFields): boolean {
  return Object.entries(wanted).every(([name, value]) => event[name as keyof WantedFields] === value);
}
