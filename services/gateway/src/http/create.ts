/** `POST /AuditEvent` and `POST /`: validate, stamp, publish, and answer 201 once the write is durable. */
import {
  type AuditEvent,
  type Issue,
  issue,
  parseExactJson,
  VERSION_ID,
  validateAuditEvent,
  validateBundle,
} from '@auditbox/fhir-core';
import { type AppEnv, fhirResponse, outcomeResponse } from '@auditbox/service-kit';
import { Hono } from 'hono';
import type { Accept, AcceptedEvent, ValidEvent } from '../domain/accept-events.ts';
import { bundleAnswer, type ExactBundle } from '../domain/bundle-answer.ts';
import type { PublishPort } from '../domain/publish.ts';
import { readBody } from './read-body.ts';

export type CreateDependencies = {
  /** No slash at its end. */
  readonly baseUrl: string;
  readonly accept: Accept;
  readonly publish: PublishPort;
  readonly bodyBytesMax: number;
  readonly bundleEntriesMax: number;
};

/** Who sent an event while authentication is off. */
const ANONYMOUS = 'anonymous';

const JSON_TYPES: readonly string[] = ['application/fhir+json', 'application/json', 'text/json'];

export function createRoutes(dependencies: CreateDependencies): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .post('/AuditEvent', (c) => createEvent(c.req.raw, dependencies))
    .post('/', (c) => createBundle(c.req.raw, dependencies));
}

async function createEvent(request: Request, dependencies: CreateDependencies): Promise<Response> {
  const parsed = await parseBody(request, dependencies.bodyBytesMax);
  if ('refusal' in parsed) return parsed.refusal;
  const issues = validateAuditEvent(parsed.value);
  if (issues.length > 0) return outcomeResponse(400, issues);
  const [event] = dependencies.accept([parsed as ValidEvent], ANONYMOUS) as [AcceptedEvent];
  return publish([event], dependencies, () =>
    fhirResponse(201, event.text, {
      location: `${dependencies.baseUrl}/AuditEvent/${event.id}/_history/${VERSION_ID}`,
      etag: `W/"${VERSION_ID}"`,
      'last-modified': event.lastUpdated.toUTCString(),
    }),
  );
}

async function createBundle(request: Request, dependencies: CreateDependencies): Promise<Response> {
  const parsed = await parseBody(request, dependencies.bodyBytesMax);
  if ('refusal' in parsed) return parsed.refusal;
  const entries = entryCount(parsed.value);
  if (entries > dependencies.bundleEntriesMax) {
    const diagnostics = `A Bundle has at most ${dependencies.bundleEntriesMax} entries.`;
    return outcomeResponse(413, [problem('too-long', diagnostics, 'Bundle.entry')]);
  }
  const issues = validateBundle(parsed.value);
  if (issues.length > 0) return outcomeResponse(400, issues);
  const bundle = parsed.exact as ExactBundle;
  const values = (parsed.value as { entry: { resource: AuditEvent }[] }).entry;
  const events = bundle.entry.map((entry, index) => ({
    value: values[index]?.resource as AuditEvent,
    exact: entry.resource as ValidEvent['exact'],
  }));
  const accepted = dependencies.accept(events, ANONYMOUS);
  return publish(accepted, dependencies, () =>
    fhirResponse(
      201,
      bundleAnswer(
        bundle,
        accepted.map(({ text }) => text),
      ),
    ),
  );
}

/** Publishes the events of one request, whole or not at all; `answer` is given only once they are durable. */
async function publish(
  events: readonly AcceptedEvent[],
  dependencies: CreateDependencies,
  answer: () => Response,
): Promise<Response> {
  const outcome = await dependencies.publish(events.map(({ record }) => record));
  switch (outcome.kind) {
    case 'published':
      return answer();
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

type ParsedBody = { readonly value: unknown; readonly exact: unknown } | { readonly refusal: Response };

async function parseBody(request: Request, bytesMax: number): Promise<ParsedBody> {
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!JSON_TYPES.includes(type)) {
    return {
      refusal: outcomeResponse(415, [problem('not-supported', `The Content-Type is ${JSON_TYPES[0]}.`)]),
    };
  }
  const body = await readBody(request, bytesMax);
  if ('refused' in body) {
    return body.refused === 'too-large'
      ? { refusal: outcomeResponse(413, [problem('too-long', `A request has at most ${bytesMax} bytes.`)]) }
      : { refusal: outcomeResponse(400, [problem('structure', 'The body is not UTF-8.')]) };
  }
  try {
    return parseExactJson(body.text);
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
