/**
 * The decision over one request: what of it is stored, what is set aside, what is refused. Pure but for clock,
 * randomness and digests; nothing is published here.
 *
 * A collection, a transaction and a notification are all or nothing; a batch is entry by entry. With `quarantine`
 * what is not valid is set aside instead of being refused, but never out of a transaction.
 */
import {
  type BundleType,
  boundedIssues,
  type CheckedEntry,
  checkBundle,
  type EventSource,
  entrySources,
  type Issue,
  issue,
  type ParsedJson,
  validateAuditEvent,
} from '@auditbox/fhir-core';
import {
  type AcceptDependencies,
  type AcceptedEvent,
  acceptEvent,
  type EventRecord,
  type Released,
  type ValidEvent,
} from './accept-events.ts';
import type { Sending } from './identify.ts';
import { type Retention, retentionIssue } from './retention.ts';
import { type Original, type RequestAbout, type SetAside, setAside } from './set-aside.ts';

export type OnInvalid = 'reject' | 'quarantine';

/** 422: it is valid, and against a rule of this repository (R4 http.html#create). */
export type RefusalStatus = 400 | 412 | 413 | 422;

/** What becomes of one event, or of what stands in its place: exactly one of these. */
export type Fate = { readonly index: number } & (
  | { readonly kind: 'stored'; readonly event: AcceptedEvent }
  | { readonly kind: 'set-aside'; readonly item: SetAside }
  | { readonly kind: 'refused'; readonly status: RefusalStatus; readonly issues: readonly Issue[] }
);

export type ExactBundle = Readonly<Record<string, unknown>> & { readonly entry: readonly unknown[] };

export type Decision =
  | { readonly kind: 'refused'; readonly status: RefusalStatus; readonly issues: readonly Issue[] }
  /** One event, or a body that is set aside as a whole. */
  | { readonly kind: 'single'; readonly fate: Fate }
  | {
      readonly kind: 'bundle';
      readonly type: BundleType;
      readonly bundle: ExactBundle;
      readonly fates: readonly Fate[];
    };

/** A decision by which something is stored or set aside. */
export type TakenDecision = Exclude<Decision, { kind: 'refused' }>;

/** What is published for a decision: to the events, and to quarantine. */
export function recordsOf(decision: TakenDecision): Readonly<Record<'events' | 'quarantine', EventRecord[]>> {
  const records = { events: [] as EventRecord[], quarantine: [] as EventRecord[] };
  for (const fate of decision.kind === 'single' ? [decision.fate] : decision.fates) {
    if (fate.kind === 'stored') records.events.push(fate.event.record);
    else if (fate.kind === 'set-aside') records.quarantine.push(fate.item.record);
  }
  return records;
}

type ParsedBody = Extract<ParsedJson, { readonly kind: 'parsed' }>;

/** A body that was read: parsed, or what is wrong with it as JSON. */
export type SubmittedBody = { readonly bytes: Buffer } & (
  | ParsedBody
  | {
      readonly kind: 'unreadable';
      readonly reason: 'not-utf-8' | 'not-json' | 'wrong-json' | 'corrupt-encoding';
      readonly issues: readonly Issue[];
      readonly contentEncoding?: string;
    }
);

export type Submission = {
  readonly body: SubmittedBody;
  readonly sending: Sending;
  readonly received: Date;
  readonly about: RequestAbout;
  readonly onInvalid: OnInvalid;
  /** Of a single event that was set aside before. */
  readonly released?: Released;
};

export type DecideDependencies = AcceptDependencies & {
  readonly bundleEntriesMax: number;
  readonly eventBytesMax: number;
  readonly retention: Retention;
};

/** `POST /AuditEvent`. */
export function decideEvent(submission: Submission, dependencies: DecideDependencies): Decision {
  const { body } = submission;
  if (body.kind === 'unreadable') return decideUnreadable(submission, body, dependencies);
  const problems = body.problems.map((problem) => problem.issue);
  const issues = boundedIssues([...problems, ...validateAuditEvent(body.value)]);
  if (issues.length > 0) {
    const reason = problems.length > 0 ? 'wrong-json' : 'invalid-event';
    return wholeBody(submission, { reason, issues, status: 400 }, dependencies);
  }
  const event = validEvent(body.value, body.exact, 0, body.sourceOf(0));
  const fate = storedOrRefused(event, 'AuditEvent', submission, dependencies, submission.released);
  if (fate.kind !== 'refused') return { kind: 'single', fate };
  return wholeBody(submission, { reason: reasonOf(fate.status, false), ...fate }, dependencies);
}

/** `POST /`. */
export function decideBundle(submission: Submission, dependencies: DecideDependencies): Decision {
  const { body, onInvalid } = submission;
  if (body.kind === 'unreadable') return decideUnreadable(submission, body, dependencies);
  if (entryCount(body.value) > dependencies.bundleEntriesMax) {
    const diagnostics = `A Bundle has at most ${dependencies.bundleEntriesMax} entries.`;
    const issues = [issue({ code: 'too-long', diagnostics, expression: 'Bundle.entry' })];
    return wholeBody(submission, { reason: 'too-large', issues, status: 413 }, dependencies);
  }
  const checked = checkBundle(body.value, body.problems);
  if (checked.kind === 'refused') {
    return wholeBody(
      submission,
      { reason: 'invalid-bundle', issues: checked.issues, status: 400 },
      dependencies,
    );
  }
  const { type, entries } = checked;
  const allOrNothing = type === 'transaction' || (type !== 'batch' && onInvalid === 'reject');
  const invalid = entries.filter(({ issues }) => issues.length > 0);
  if (allOrNothing && invalid.length > 0) {
    // What can't be mended by mending the event is told first.
    return refusedWhole(invalid.some(({ conditional }) => conditional) ? 412 : 400, invalid);
  }
  const bundle = body.exact as ExactBundle;
  const fates = entries.map((entry) => fateOf(entry, bundle, submission, dependencies));
  const refused = fates.filter((fate) => fate.kind === 'refused');
  if (allOrNothing && refused.length > 0) {
    return refusedWhole(refused.some(({ status }) => status === 422) ? 422 : 413, refused);
  }
  return { kind: 'bundle', type, bundle, fates: setAsideOf(fates, type, submission, dependencies) };
}

function refusedWhole(
  status: RefusalStatus,
  parts: readonly { readonly issues: readonly Issue[] }[],
): Decision {
  return { kind: 'refused', status, issues: boundedIssues(parts.flatMap(({ issues }) => issues)) };
}

function fateOf(
  { index, issues, conditional }: CheckedEntry,
  bundle: ExactBundle,
  submission: Submission,
  dependencies: DecideDependencies,
): Fate {
  if (issues.length > 0) return { kind: 'refused', index, status: conditional ? 412 : 400, issues };
  const body = submission.body as ParsedBody & { readonly value: ExactBundle };
  const [value, exact] = [resourceAt(body.value, index), resourceAt(bundle, index)];
  const event = validEvent(value, exact, index, body.sourceOf(index));
  return storedOrRefused(event, `Bundle.entry[${index}].resource`, submission, dependencies);
}

function storedOrRefused(
  event: ValidEvent,
  place: string,
  { sending, received }: Submission,
  dependencies: DecideDependencies,
  released?: Released,
): Exclude<Fate, { kind: 'set-aside' }> {
  const { index } = event;
  const accepted = acceptEvent(event, sending, received, dependencies, released);
  const { eventBytesMax, retention } = dependencies;
  const past = retentionIssue(accepted.id, place, retention, received);
  if (past !== undefined) return { kind: 'refused', index, status: 422, issues: [past] };
  if (accepted.record.value.length <= eventBytesMax) return { kind: 'stored', index, event: accepted };
  const diagnostics = `An event has at most ${eventBytesMax} bytes.`;
  return {
    kind: 'refused',
    index,
    status: 413,
    issues: [issue({ code: 'too-long', diagnostics, expression: place })],
  };
}

/** With `quarantine`, the refused entries are set aside. Whoever sends a conditional create in a batch reads its 412. */
function setAsideOf(
  fates: readonly Fate[],
  type: BundleType,
  { body, sending, received, about, onInvalid }: Submission,
  dependencies: DecideDependencies,
): readonly Fate[] {
  if (onInvalid === 'reject' || body.kind !== 'parsed') return fates;
  const staysRefused = (status: RefusalStatus) => type === 'batch' && status === 412;
  if (!fates.some((fate) => fate.kind === 'refused' && !staysRefused(fate.status))) return fates;
  const sources = entrySources(body.text);
  const wrongJson = new Set(body.problems.map(({ path }) => path[1]));
  return fates.map((fate): Fate => {
    if (fate.kind !== 'refused' || staysRefused(fate.status)) return fate;
    const { index, issues, status } = fate;
    const { entry = '', resource } = sources[index] ?? {};
    const exact = resource === undefined ? undefined : resourceAt(body.exact as ExactBundle, index);
    const original: Original = {
      bytes: Buffer.from(resource ?? entry),
      reason: reasonOf(status, wrongJson.has(index)),
      issues,
      index,
      place: `Bundle.entry[${index}]${resource === undefined ? '' : '.resource'}`,
      ...(exact !== undefined && !wrongJson.has(index) && { exact }),
    };
    return { kind: 'set-aside', index, item: setAside(original, sending, received, about, dependencies) };
  });
}

function reasonOf(status: RefusalStatus, isWrongJson: boolean): Original['reason'] {
  if (status === 413) return 'too-large';
  if (status === 422) return 'past-retention';
  return isWrongJson ? 'wrong-json' : 'invalid-event';
}

function decideUnreadable(
  submission: Submission,
  { reason, issues, contentEncoding }: Extract<SubmittedBody, { kind: 'unreadable' }>,
  dependencies: DecideDependencies,
): Decision {
  const why = {
    reason,
    issues,
    status: 400,
    ...(contentEncoding !== undefined && { contentEncoding }),
  } as const;
  return wholeBody(submission, why, dependencies);
}

type WholeBody = {
  readonly reason: Original['reason'];
  readonly issues: readonly Issue[];
  readonly status: RefusalStatus;
  readonly contentEncoding?: string;
};

/** A body that can't be taken apart: refused, or set aside as it came. */
function wholeBody(
  { body, sending, received, about, onInvalid }: Submission,
  { reason, issues, status, contentEncoding }: WholeBody,
  dependencies: DecideDependencies,
): Decision {
  const isTransaction = body.kind === 'parsed' && isTransactionBundle(body.value);
  if (onInvalid === 'reject' || isTransaction) return { kind: 'refused', status, issues };
  const original: Original = {
    bytes: body.bytes,
    reason,
    issues,
    index: 0,
    ...(contentEncoding !== undefined && { contentEncoding }),
    ...(body.kind === 'parsed' && body.problems.length === 0 && { exact: body.exact }),
  };
  const item = setAside(original, sending, received, about, dependencies);
  return { kind: 'single', fate: { kind: 'set-aside', index: 0, item } };
}

function validEvent(
  value: unknown,
  exact: unknown,
  index: number,
  source: EventSource | undefined,
): ValidEvent {
  return { value, exact, index, source } as ValidEvent;
}

function resourceAt(bundle: ExactBundle, index: number): unknown {
  return (bundle.entry[index] as { readonly resource?: unknown } | null)?.resource;
}

function isTransactionBundle(value: unknown): boolean {
  const { resourceType, type } = (value ?? {}) as {
    readonly resourceType?: unknown;
    readonly type?: unknown;
  };
  return resourceType === 'Bundle' && type === 'transaction';
}

function entryCount(value: unknown): number {
  const entry = (value as { readonly entry?: unknown } | null)?.entry;
  return Array.isArray(entry) ? entry.length : 0;
}
