/**
 * `GET /api/events?…`, `GET /api/events/{id}` and `GET /api/events/{id}/fingerprint`: the events of applications, in the shape
 * in which they were sent. What is found, read and refused is what FHIR's search and read find, read and refuse.
 */
import { issue, VERSION_ID } from '@auditbox/fhir-core';
import {
  type AppEnv,
  notModified,
  outcomeResponse,
  refuseFormat,
  validatorHeaders,
} from '@auditbox/service-kit';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { applicationEventOf, eventListPage } from '../domain/application-events.ts';
import { askedPage } from '../domain/asked-page.ts';
import { parseEventList } from '../domain/event-list.ts';
import { PAGE_BYTES_MAX, PAGE_TOO_LARGE, type StoredEvent } from '../domain/found.ts';
import { REFUSED } from '../domain/restriction.ts';
import { formParameters, queryOf } from './form-parameters.ts';
import type { ReadDependencies } from './read.ts';
import { notFound, notUtf8, refusal } from './refusal.ts';
import { refusedReader } from './restricted.ts';
import type { SearchDependencies } from './search.ts';

export type EventsDependencies = SearchDependencies & ReadDependencies;

export function eventsRoutes(dependencies: EventsDependencies): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .get('/api/events', takesJson, (c) => list(c, dependencies))
    .get('/api/events/:id', takesJson, (c) =>
      read(c, dependencies, ({ text }) => applicationEventOf({ id: c.req.param('id'), text })),
    )
    .get('/api/events/:id/fingerprint', takesJson, (c) =>
      read(c, dependencies, ({ text, digest }) => {
        const id = c.req.param('id');
        // Of an application's event that was sent as FHIR the record has the digest of the AuditEvent.
        return { id, sha256: applicationEventOf({ id, text })?.sha256 ?? digest };
      }),
    );
}

/** `_format` is FHIR's: here `Accept` alone decides. */
const takesJson: MiddlewareHandler<AppEnv> = async (c, next) =>
  refuseFormat([], c.req.header('accept')) === undefined
    ? await next()
    : refusal(406, 'not-supported', 'The only format is application/json in UTF-8.');

async function list(
  c: Context<AppEnv>,
  { now, search: run, restrictionOf, holdFor }: EventsDependencies,
): Promise<Response> {
  const request = c.req.raw;
  const restriction = restrictionOf(c.get('caller'));
  if (restriction === REFUSED) return refusedReader();
  const parameters = formParameters(queryOf(request.url));
  if (parameters === undefined) return notUtf8();
  const parsed = parseEventList(parameters);
  if ('issues' in parsed) return outcomeResponse(400, parsed.issues);
  const search = { ...parsed.search, restriction };
  const page = askedPage(search, now());
  // FHIR's own pages lead back too.
  if (page === undefined || page.from === 'before')
    return refusedParameter(
      'cursor',
      'cursor is none of this list: it goes with the parameters of its page.',
    );
  const found = await run(search, page, { signal: request.signal, hold: holdFor(request) });
  if (found === PAGE_TOO_LARGE) {
    const advice = `A page has at most ${PAGE_BYTES_MAX} bytes of events: use a smaller limit.`;
    return refusedParameter('limit', advice);
  }
  return c.json(eventListPage({ search, page, found }, parsed.wanted));
}

/** Events never change: who has one is answered 304. */
async function read(
  c: Context<AppEnv>,
  { read: look, restrictionOf }: EventsDependencies,
  shown: (event: StoredEvent) => object | undefined,
): Promise<Response> {
  const { headers, signal } = c.req.raw;
  const restriction = restrictionOf(c.get('caller'));
  if (restriction === REFUSED) return refusedReader();
  const event = await look(c.req.param('id') ?? '', restriction, signal);
  const answer = event && shown(event);
  if (event === undefined || answer === undefined)
    return notFound('There is no event with this id. One that was just sent is here once it is indexed.');
  const validators = { etag: `W/"${VERSION_ID}"`, lastModifiedMs: event.lastUpdatedMs };
  return notModified(headers, validators) ?? c.json(answer, 200, validatorHeaders(validators));
}

function refusedParameter(name: string, diagnostics: string): Response {
  return outcomeResponse(400, [issue({ code: 'value', diagnostics, expression: name })]);
}
