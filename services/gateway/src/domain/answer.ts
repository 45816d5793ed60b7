/**
 * What is answered to a request that was taken, as text, so that what is answered is what is stored. R4 http.html:
 * a batch and a transaction are answered entry by entry; a collection (and a notification of Aidbox) by a
 * collection of what was created, in its order, as Auditbox does.
 *
 * `Prefer: return` (R4 http.html#ops) decides how much comes back; what was set aside is told in any case.
 */
import { type Issue, issue, operationOutcome, VERSION_ID } from '@auditbox/fhir-core';
import type { AcceptedEvent } from './accept-events.ts';
import type { Decision, Fate } from './decide.ts';
import type { SetAside } from './set-aside.ts';

export type PreferredReturn = 'minimal' | 'representation' | 'OperationOutcome';

export type Answer = {
  readonly status: 200 | 201;
  /** FHIR JSON as text or in UTF-8, or undefined for an answer without a body. */
  readonly body: string | Buffer<ArrayBuffer> | undefined;
  readonly headers: Readonly<Record<string, string>>;
};

type SingleDecision = Extract<Decision, { kind: 'single' }>;
type BundleDecision = Extract<Decision, { kind: 'bundle' }>;

const STATUS_LINES = {
  400: '400 Bad Request',
  412: '412 Precondition Failed',
  413: '413 Content Too Large',
  422: '422 Unprocessable Content',
} as const;

/** `[base]/AuditEvent/[id]/_history/1`. `baseUrl` has no slash at its end. */
export function locationOf(id: string, baseUrl: string): string {
  return `${baseUrl}/AuditEvent/${id}/_history/${VERSION_ID}`;
}

/** The answer to one event, or to a body that was set aside as a whole. */
export function answerSingle(
  { fate }: SingleDecision,
  baseUrl: string,
  preferred: PreferredReturn | undefined,
): Answer {
  if (fate.kind !== 'stored') {
    const issues = fate.kind === 'set-aside' ? setAsideIssues(fate.item) : fate.issues;
    return { status: 201, body: outcomeText(issues), headers: {} };
  }
  const { event } = fate;
  const headers = {
    location: locationOf(event.id, baseUrl),
    etag: `W/"${VERSION_ID}"`,
    'last-modified': event.lastUpdated.toUTCString(),
  };
  if (preferred === 'minimal') return { status: 201, body: undefined, headers };
  const body = preferred === 'OperationOutcome' ? outcomeText([]) : textOf(event);
  return { status: 201, body, headers };
}

/** The answer to a Bundle. */
export function answerBundle(
  decision: BundleDecision,
  baseUrl: string,
  preferred: PreferredReturn | undefined,
): Answer {
  const { type, fates } = decision;
  if (type === 'batch' || type === 'transaction') {
    const entries = fates.map((fate) => responseEntry(fate, baseUrl, preferred));
    const body = withEntries({ resourceType: 'Bundle', type: `${type}-response` }, entries);
    return { status: 200, body, headers: {} };
  }
  // A notification that brings no event creates nothing.
  const status = fates.length === 0 ? 200 : 201;
  const setAside = fates.flatMap((fate) => (fate.kind === 'set-aside' ? setAsideIssues(fate.item) : []));
  if (preferred === 'OperationOutcome' || (preferred === 'minimal' && setAside.length > 0)) {
    return { status, body: outcomeText(setAside), headers: {} };
  }
  if (preferred === 'minimal') return { status, body: undefined, headers: {} };
  return { status, body: collection(decision, baseUrl), headers: {} };
}

/** The request's own Bundle, with what became of each entry in the entry's place. */
function collection({ bundle, fates }: BundleDecision, baseUrl: string): string | Buffer<ArrayBuffer> {
  const { entry, signature: _signature, link: _link, total: _total, ...own } = bundle;
  const head = JSON.stringify({ ...own, type: 'collection' });
  // R4 JSON has no empty arrays.
  if (fates.length === 0) return head;
  const texts: string[] = [];
  const events: Buffer[] = [];
  let text = `${head.slice(0, -1)},"entry":[`;
  fates.forEach((fate, place) => {
    if (place > 0) text += ',';
    const {
      resource: _resource,
      fullUrl: _fullUrl,
      request: _request,
      response: _response,
      search: _search,
      ...others
    } = (entry[fate.index] ?? {}) as Readonly<Record<string, unknown>>;
    if (fate.kind === 'stored') {
      const around = JSON.stringify({ ...others, fullUrl: fullUrlOf(fate.event, baseUrl) });
      texts.push(`${text}${around.slice(0, -1)},"resource":`);
      events.push(fate.event.record.value);
      text = '}';
    } else {
      const issues = fate.kind === 'set-aside' ? setAsideIssues(fate.item) : fate.issues;
      text += withMember(others, 'resource', outcomeText(issues));
    }
  });
  texts.push(`${text}]}`);
  return joined(texts, events);
}

/** The first of `texts`, the first of `events`, the second text, and so on, in UTF-8: no event is encoded a second time. */
function joined(texts: readonly string[], events: readonly Buffer[]): Buffer<ArrayBuffer> {
  let size = 0;
  for (const text of texts) size += Buffer.byteLength(text);
  for (const event of events) size += event.length;
  const whole = Buffer.allocUnsafe(size);
  let at = 0;
  texts.forEach((text, place) => {
    at += whole.write(text, at);
    at += events[place]?.copy(whole, at) ?? 0;
  });
  return whole;
}

function responseEntry(fate: Fate, baseUrl: string, preferred: PreferredReturn | undefined): string {
  if (fate.kind === 'stored') {
    const { event } = fate;
    const response = {
      status: '201 Created',
      location: locationOf(event.id, baseUrl),
      etag: `W/"${VERSION_ID}"`,
      lastModified: event.lastUpdated.toISOString(),
      ...(preferred === 'OperationOutcome' && { outcome: operationOutcome([]) }),
    };
    const entry = { fullUrl: fullUrlOf(event, baseUrl), response };
    return preferred === 'representation'
      ? withMember(entry, 'resource', textOf(event))
      : JSON.stringify(entry);
  }
  const [status, issues] =
    fate.kind === 'set-aside'
      ? ['200 OK', setAsideIssues(fate.item)]
      : [STATUS_LINES[fate.status], fate.issues];
  return JSON.stringify({ response: { status, outcome: operationOutcome(issues) } });
}

/** That it is set aside and where, then why. */
function setAsideIssues({ id, issues }: SetAside): Issue[] {
  const diagnostics = `Not stored as an event: kept in quarantine as ${id} until an operator releases it. Nothing is to be sent again.`;
  return [issue({ severity: 'warning', code: 'processing', diagnostics }), ...issues];
}

/** As text, which Node writes in one piece with its headers. */
function textOf({ record }: AcceptedEvent): string {
  return record.value.toString();
}

function fullUrlOf({ id }: AcceptedEvent, baseUrl: string): string {
  return `${baseUrl}/AuditEvent/${id}`;
}

function outcomeText(issues: readonly Issue[]): string {
  return JSON.stringify(operationOutcome(issues));
}

/** R4 JSON has no empty arrays: without entries there is no `entry`. */
function withEntries(bundle: object, entries: readonly string[]): string {
  return entries.length === 0
    ? JSON.stringify(bundle)
    : withMember(bundle, 'entry', `[${entries.join(',')}]`);
}

/** The JSON of `object` with one more member, whose value is JSON already. */
function withMember(object: object, name: string, json: string): string {
  const text = JSON.stringify(object);
  return `${text.slice(0, -1)}${text === '{}' ? '' : ','}"${name}":${json}}`;
}
