/**
 * The decision over the events of one request of an application, each for itself: mapped to an AuditEvent, checked like any
 * other, and stored; or refused, field by field. Pure but for what it is given.
 *
 * What the server adds to an event is no part of what makes it this event: its content digest is of what was sent, so that
 * the same request is the same events after the next update of a database of places, too.
 */
import {
  type AddedFields,
  type ApplicationEvent,
  canonicalForm,
  type FieldProblem,
  type SentEvent,
  sentEventProblems,
  toAuditEvent,
  validateAuditEvent,
} from '@auditbox/fhir-core';
import { type AcceptedEvent, acceptEvent } from './accept-events.ts';
import type { DecideDependencies } from './decide.ts';
import type { Sending } from './identify.ts';
import { retentionIssue } from './retention.ts';

/** What stands in one place of a request: what it says as JSON, with its numbers as written, or why it says nothing. */
export type SubmittedItem =
  | { readonly kind: 'parsed'; readonly value: unknown }
  | { readonly kind: 'unreadable'; readonly message: string };

export type ApplicationFate =
  | { readonly kind: 'stored'; readonly event: ApplicationEvent; readonly accepted: AcceptedEvent }
  | {
      readonly kind: 'refused';
      readonly status: 400 | 403 | 413 | 422;
      readonly message: string;
      readonly fields: readonly FieldProblem[];
    };

export type ApplicationDependencies = Pick<
  DecideDependencies,
  'randomBytes' | 'sha256' | 'keyedDigest' | 'eventBytesMax' | 'retention'
> & {
  /** What the server knows of an event beside what was sent. Never throws. */
  readonly enrich: (event: SentEvent) => AddedFields;
  /** Why events of this organisation are not taken. */
  readonly organisationProblem: (organisation: string) => OrganisationProblem | undefined;
};

export type OrganisationProblem = 'unknown' | 'not-yours';

const NOT_AN_EVENT = 'This is not an event as this API takes them; see fields.';

export function decideApplicationEvent(
  item: SubmittedItem,
  index: number,
  { sending, received }: { readonly sending: Sending; readonly received: Date },
  dependencies: ApplicationDependencies,
): ApplicationFate {
  if (item.kind === 'unreadable') return refused(400, item.message);
  const problems = sentEventProblems(item.value);
  if (problems.length > 0) return refused(400, NOT_AN_EVENT, problems);
  const sent = item.value as SentEvent;
  switch (dependencies.organisationProblem(sent.org_id)) {
    case 'unknown':
      return refusedField(422, 'org_id', 'org_id is no organisation that is known here.');
    case 'not-yours':
      return refusedField(403, 'org_id', 'The token is not for this organisation.');
  }
  const added = dependencies.enrich(sent);
  const resource = toAuditEvent(sent, added);
  if (validateAuditEvent(resource).length > 0) return refused(400, NOT_AN_EVENT);
  const content = canonicalForm(sent);
  const accepted = acceptEvent(
    { value: resource, exact: resource, index, content },
    sending,
    received,
    dependencies,
  );
  const { id, contentDigest: sha256, record } = accepted;
  const past = retentionIssue(id, '', dependencies.retention, received);
  if (past !== undefined) return refusedField(422, 'occurred_at', past.diagnostics ?? '');
  const { eventBytesMax } = dependencies;
  if (record.value.length > eventBytesMax) {
    return refused(413, `An event has at most ${eventBytesMax} bytes, as the AuditEvent that it becomes.`);
  }
  return { kind: 'stored', event: { id, sha256, ...added, ...sent }, accepted };
}

type Refused = Extract<ApplicationFate, { kind: 'refused' }>;

function refused(
  status: Refused['status'],
  message: string,
  fields: readonly FieldProblem[] = [],
): ApplicationFate {
  return { kind: 'refused', status, message, fields };
}

function refusedField(status: Refused['status'], field: string, message: string): ApplicationFate {
  return refused(status, message, [{ field, message }]);
}
