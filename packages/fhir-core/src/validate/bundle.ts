/**
 * Validation of a Bundle of AuditEvents: first its own shape, then each entry by itself, so that whoever takes it
 * can refuse the whole, answer entry by entry, or set single entries aside.
 *
 * Of R4's rules on Bundles (bdl-1 to bdl-12) only those decide here that say what is asked for: which types there
 * are, that an entry has a resource, and that what is asked is a create. It MUST NOT throw, whatever it is given.
 */
import { type Issue, issue } from '../outcome/operation-outcome.ts';
import type { JsonProblem } from '../record/parse-json.ts';
import { BundleSchema, type BundleType, EntrySchema } from '../schema/bundle.ts';
import { isObject } from '../schema/invariant.ts';
import { eventProblems, isAuditEvent, tooDeep } from './audit-event.ts';
import { BUNDLE_ISSUES_MAX, bounded, ISSUES_MAX } from './bound.ts';
import { type Checker, compile } from './compile.ts';
import { DEPTH_MAX, isDeeperThan } from './depth.ts';
import { explain, isOtherResource, otherResource } from './diagnose.ts';

const bundleChecker = compile(BundleSchema);
const entryChecker = compile(EntrySchema);

/** What the first entry of a notification of Aidbox is (topic-based subscriptions, since release 2609). */
const AIDBOX_STATUS = 'AidboxSubscriptionStatus';

export type CheckedEntry = {
  /** Its place in `Bundle.entry`. */
  readonly index: number;
  /** What is wrong with it, at most ISSUES_MAX (of all entries BUNDLE_ISSUES_MAX, but one each); none means that its resource is a valid AuditEvent to create. */
  readonly issues: readonly Issue[];
  /** Whether it asks for a conditional create (`request.ifNoneExist`), which an audit log does not do. */
  readonly conditional: boolean;
};

export type CheckedBundle =
  /** Its own shape is wrong, so that nothing can be said of single entries. */
  | { readonly kind: 'refused'; readonly issues: readonly Issue[] }
  /** The entries that hold events, in their order: of a `history` all but the status. */
  | { readonly kind: 'checked'; readonly type: BundleType; readonly entries: readonly CheckedEntry[] };

/** Levels of JSON that lie around an event in a Bundle: the Bundle, its entries and an entry. */
export const BUNDLE_LEVELS = 3;

const NONE: readonly Issue[] = [];

type Entry = { readonly resource?: unknown; readonly request?: EntryRequest };
type EntryRequest = { readonly method?: unknown; readonly url?: unknown; readonly ifNoneExist?: unknown };

/** Checks `value`; `problems` are those of its JSON, each counted where it is. */
export function checkBundle(value: unknown, problems: readonly JsonProblem[] = []): CheckedBundle {
  const own = bounded(bundleProblems(value, problems));
  if (own.length > 0) return { kind: 'refused', issues: own };
  const { type, entry } = value as { type: BundleType; entry: readonly unknown[] };
  const jsonIssues = issuesByEntry(problems);
  const first = type === 'history' ? 1 : 0;
  let left = BUNDLE_ISSUES_MAX;
  const entries = entry.slice(first).map((each, offset): CheckedEntry => {
    const index = offset + first;
    const problems = jsonIssues.get(index);
    // Most of them: no issue is looked for where there is none.
    if (problems === undefined && isFine(each, type)) return { index, issues: NONE, conditional: false };
    const { request } = (isObject(each) ? each : {}) as Entry;
    const conditional = isObject(request) && request.ifNoneExist !== undefined;
    const max = Math.min(ISSUES_MAX, Math.max(1, left));
    const issues = bounded(chain(problems ?? [], entryProblems(each, type, index)), max);
    left -= issues.length;
    return { index, issues, conditional };
  });
  return { kind: 'checked', type, entries };
}

function* bundleProblems(value: unknown, problems: readonly JsonProblem[]): Generator<Issue> {
  if (isOtherResource(value, 'Bundle')) {
    yield otherResource('Bundle', 'Bundle');
    return;
  }
  for (const problem of problems) if (entryOf(problem) === undefined) yield problem.issue;
  if (!bundleChecker.Check(value)) {
    yield* explainShallow(bundleChecker, value, 'Bundle', BUNDLE_LEVELS);
    return;
  }
  const { type, entry } = value as { type: BundleType; entry: readonly unknown[] };
  if (type === 'history') yield* notificationProblems(entry);
}

/**
 * A `history` is taken as Aidbox notifies: the status first, then the events. One that tells of events without
 * having them (content `id-only` or `empty`) is refused: to take it would be to lose them.
 */
function* notificationProblems([first, ...events]: readonly unknown[]): Generator<Issue> {
  const place = 'Bundle.entry[0].resource';
  const status = isObject(first) ? first.resource : undefined;
  if (!isObject(status) || status.resourceType !== AIDBOX_STATUS) {
    yield issue({
      code: 'not-supported',
      diagnostics: `A Bundle of type history is taken as a notification of Aidbox only: ${place} must be an ${AIDBOX_STATUS}.`,
      expression: place,
    });
    return;
  }
  const { notificationEvent } = status;
  if (Array.isArray(notificationEvent) && notificationEvent.length > 0 && events.length === 0) {
    yield issue({
      code: 'required',
      diagnostics:
        'The notification tells of events and has none: set the content of the AidboxTopicDestination to full-resource.',
      expression: 'Bundle.entry',
    });
  }
}

/** Whether `entryProblems` finds nothing. */
function isFine(entry: unknown, type: BundleType): boolean {
  if (!entryChecker.Check(entry) || !isObject(entry)) return false;
  const { resource, request } = entry as Entry;
  // No place is named: of a problem is only asked whether there is one.
  return requestProblems(request, type, '').next().done === true && isAuditEvent(resource);
}

function* entryProblems(entry: unknown, type: BundleType, index: number): Generator<Issue> {
  const place = `Bundle.entry[${index}]`;
  if (!entryChecker.Check(entry)) yield* explainShallow(entryChecker, entry, place, 1);
  if (!isObject(entry)) return;
  const { resource, request } = entry as Entry;
  yield* requestProblems(request, type, `${place}.request`);
  if (resource !== undefined) yield* eventProblems(resource, `${place}.resource`);
  else {
    const hint = type === 'history' ? ' (content full-resource)' : '';
    yield issue({
      code: 'required',
      diagnostics: `${place}.resource is missing: it must be an AuditEvent${hint}.`,
      expression: `${place}.resource`,
    });
  }
}

/** bdl-3 asks for a request in a batch and a transaction. Where there is one, it is a create of an AuditEvent. */
function* requestProblems(request: unknown, type: BundleType, place: string): Generator<Issue> {
  if (request === undefined) {
    if (type !== 'batch' && type !== 'transaction') return;
    const diagnostics = `${place} is missing: it must be a POST of AuditEvent (bdl-3).`;
    yield issue({ code: 'required', diagnostics, expression: place });
    return;
  }
  if (!isObject(request)) return;
  const { method, url, ifNoneExist } = request as EntryRequest;
  if (method !== 'POST') {
    const diagnostics = `${place}.method must be POST: the log is append-only, and an entry creates an event.`;
    yield issue({ code: 'not-supported', diagnostics, expression: `${place}.method` });
  }
  if (typeof url === 'string' && !namesAuditEvent(url)) {
    const diagnostics = `${place}.url must be AuditEvent.`;
    yield issue({ code: 'not-supported', diagnostics, expression: `${place}.url` });
  }
  if (ifNoneExist !== undefined) {
    const diagnostics = `${place}.ifNoneExist is not supported: an audit log creates unconditionally.`;
    yield issue({ code: 'not-supported', diagnostics, expression: `${place}.ifNoneExist` });
  }
}

/** What is too deep to be walked is told as that: deeper than an event may be, and the levels that are around one. */
function explainShallow(
  checker: Checker,
  value: unknown,
  place: string,
  levelsAround: number,
): Iterable<Issue> {
  return isDeeperThan(DEPTH_MAX + levelsAround, value) ? [tooDeep(place)] : explain(checker, value, place);
}

/** Lazily: what is not listed is not looked for. */
function* chain(...parts: readonly Iterable<Issue>[]): Generator<Issue> {
  for (const part of parts) yield* part;
}

/** `AuditEvent`, also as Aidbox writes it (`/fhir/AuditEvent`) and as an absolute URL. */
function namesAuditEvent(url: string): boolean {
  const path = url.endsWith('/') ? url.slice(0, -1) : url;
  return path === 'AuditEvent' || path.endsWith('/AuditEvent');
}

function issuesByEntry(problems: readonly JsonProblem[]): ReadonlyMap<number, readonly Issue[]> {
  const byEntry = new Map<number, Issue[]>();
  for (const problem of problems) {
    const index = entryOf(problem);
    if (index === undefined) continue;
    const issues = byEntry.get(index);
    if (issues === undefined) byEntry.set(index, [problem.issue]);
    else issues.push(problem.issue);
  }
  return byEntry;
}

/** The index of the entry that a problem lies within; undefined where it is the Bundle's own. */
function entryOf({ path: [first, index] }: JsonProblem): number | undefined {
  return first === 'entry' && typeof index === 'number' ? index : undefined;
}
