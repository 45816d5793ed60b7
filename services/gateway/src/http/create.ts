/** `POST /AuditEvent` and `POST /`: validate, stamp, publish, and answer 201 once the write is durable. */
import {
  type AuditEvent,
  exactJson,
  type Issue,
  issue,
  VERSION_ID,
  validateAuditEvent,
  validateBundle,
} from '@auditbox/fhir-core';
import { type AppEnv, fhirResponse, isJsonContentType, outcomeResponse } from '@auditbox/service-kit';
import { Hono } from 'hono';
import type { Accept, AcceptedEvent, ValidEvent } from '../domain/accept-events.ts';
import { bundleAnswer, type ExactBundle } from '../domain/bundle-answer.ts';
import type { PublishPort } from '../domain/publish.ts';
import { bodyRefusal, readBody } from './read-body.ts';

export type CreateDependencies = {
  /** No slash at its end. */
  readonly baseUrl: string;
  readonly accept: Accept;
  readonly publish: PublishPort;
  readonly bodyBytesMax: number;
  readonly bodyDeadlineMs: number;
  /** Room for the body of a request; see `Admission`. */
  readonly holdFor: (request: Request) => (bytes: number) => boolean;
  readonly bundleEntriesMax: number;
  readonly eventBytesMax: number;
};

/** Who sent an event while authentication is off. */
const ANONYMOUS = 'anonymous';

export function createRoutes(dependencies: CreateDependencies): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .post('/AuditEvent', (c) => createEvent(c.req.raw, dependencies))
    .post('/', (c) => createBundle(c.req.raw, dependencies));
}

async function createEvent(request: Request, dependencies: CreateDependencies): Promise<Response> {
  const body = await parseBody(request, dependencies);
  if ('refusal' in body) return body.refusal;
  const issues = validateAuditEvent(body.value);
  if (issues.length > 0) return outcomeResponse(400, issues);
  const valid = { value: body.value, exact: exactJson(body.text, body.value) } as ValidEvent;
  const [event] = dependencies.accept([valid], ANONYMOUS) as [AcceptedEvent];
  return publish([event], 'AuditEvent', dependencies, event.text, {
    location: `${dependencies.baseUrl}/AuditEvent/${event.id}/_history/${VERSION_ID}`,
    etag: `W/"${VERSION_ID}"`,
    'last-modified': event.lastUpdated.toUTCString(),
  });
}

async function createBundle(request: Request, dependencies: CreateDependencies): Promise<Response> {
  const body = await parseBody(request, dependencies);
  if ('refusal' in body) return body.refusal;
  if (entryCount(body.value) > dependencies.bundleEntriesMax) {
    const diagnostics = `A Bundle has at most ${dependencies.bundleEntriesMax} entries.`;
    return outcomeResponse(413, [problem('too-long', diagnostics, 'Bundle.entry')]);
  }
  const issues = validateBundle(body.value);
  if (issues.length > 0) return outcomeResponse(400, issues);
  const bundle = exactJson(body.text, body.value) as ExactBundle;
  const { entry: values } = body.value as { entry: { resource: AuditEvent }[] };
  const events = bundle.entry.map((entry, index) => ({
    value: values[index]?.resource as AuditEvent,
    exact: entry.resource as ValidEvent['exact'],
  }));
  const accepted = dependencies.accept(events, ANONYMOUS);
  const texts = accepted.map(({ text }) => text);
  return publish(accepted, 'Bundle', dependencies, bundleAnswer(bundle, texts));
}

/**
 * Publishes the events of one request, whole or not at all, and answers 201 with `answer` only once they are durable.
 * The answer is made before: nothing that could fail is left to do once they are stored.
 */
async function publish(
  events: readonly AcceptedEvent[],
  of: 'AuditEvent' | 'Bundle',
  dependencies: CreateDependencies,
  answer: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  const tooLarge = tooLargeEvents(events, of, dependencies.eventBytesMax);
  if (tooLarge.length > 0) return outcomeResponse(413, tooLarge);
  const outcome = await dependencies.publish(events.map(({ record }) => record));
  switch (outcome.kind) {
    case 'published':
      return fhirResponse(201, answer, headers);
    case 'too-large': {
      const diagnostics = `The request is ${outcome.bytes} bytes in the log, which takes ${outcome.limitBytes} at most. Send smaller Bundles.`;
      return outcomeResponse(413, [problem('too-long', diagnostics)]);
    }
    case 'busy':
      return tryAgain(
        'throttled',
        'Too much is waiting to be written. Nothing was stored.',
        outcome.retryAfterSeconds,
      );
    case 'not-known-stored':
      return tryAgain('transient', 'It is not known whether the events are stored. Send them again.', 1);
  }
}

/** The events that alone are over their bound, each at its place. */
function tooLargeEvents(
  events: readonly AcceptedEvent[],
  of: 'AuditEvent' | 'Bundle',
  bytesMax: number,
): Issue[] {
  return events.flatMap(({ record }, index) => {
    if (record.value.length <= bytesMax) return [];
    const place = of === 'Bundle' ? `Bundle.entry[${index}].resource` : of;
    return [problem('too-long', `An event has at most ${bytesMax} bytes.`, place)];
  });
}

type ParsedBody = { readonly text: string; readonly value: unknown } | { readonly refusal: Response };

async function parseBody(request: Request, dependencies: CreateDependencies): Promise<ParsedBody> {
  if (!isJsonContentType(request.headers.get('content-type'))) {
    const diagnostics =
      'The Content-Type is application/fhir+json in UTF-8, with fhirVersion 4.0 where it says one.';
    return { refusal: outcomeResponse(415, [problem('not-supported', diagnostics)]) };
  }
  const limits = {
    bytesMax: dependencies.bodyBytesMax,
    deadlineMs: dependencies.bodyDeadlineMs,
    hold: dependencies.holdFor(request),
  };
  const body = await readBody(request, limits);
  if (body.kind !== 'read') return { refusal: bodyRefusal(body, limits) };
  let text: string;
  try {
    // A byte-order mark is dropped (RFC 8259, section 8.1: a parser may ignore it).
    text = new TextDecoder('utf-8', { fatal: true }).decode(body.bytes);
  } catch {
    return { refusal: outcomeResponse(400, [problem('structure', 'The body is not UTF-8.')]) };
  }
  try {
    return { text, value: JSON.parse(text) };
  } catch {
    return { refusal: outcomeResponse(400, [problem('structure', 'The body is not JSON.')]) };
  }
}

function entryCount(value: unknown): number {
  const entry = (value as { entry?: unknown } | null)?.entry;
  return Array.isArray(entry) ? entry.length : 0;
}

function tryAgain(code: Issue['code'], diagnostics: string, seconds: number): Response {
  return outcomeResponse(503, [problem(code, diagnostics)], { 'retry-after': String(seconds) });
}

function problem(code: Issue['code'], diagnostics: string, expression?: string): Issue {
  return issue({ code, diagnostics, ...(expression !== undefined && { expression }) });
}
