/**
 * `GET /AuditEvent/{id}` and, as an event has one version, `GET /AuditEvent/{id}/_history/1`. Events never change: who
 * has one is answered 304 (R4 http.html#cread).
 */
import {
  type Presentation,
  parseResultParameters,
  prettyText,
  subsetText,
  VERSION_ID,
} from '@auditbox/fhir-core';
import {
  type AppEnv,
  acceptsJson,
  fhirResponse,
  notModified,
  outcomeResponse,
  validatorHeaders,
} from '@auditbox/service-kit';
import { type Context, Hono } from 'hono';
import type { ReadPort } from '../domain/found.ts';
import { REFUSED } from '../domain/restriction.ts';
import { formParameters, queryOf } from './form-parameters.ts';
import { notFound, notUtf8, refusal } from './refusal.ts';
import { type RestrictionOf, refusedReader } from './restricted.ts';

export type ReadDependencies = { readonly read: ReadPort; readonly restrictionOf: RestrictionOf };

export function readRoutes({ read, restrictionOf }: ReadDependencies): Hono<AppEnv> {
  const answer = async (c: Context<AppEnv>, id: string): Promise<Response> => {
    const { url, headers, signal } = c.req.raw;
    const restriction = restrictionOf(c.get('caller'));
    if (restriction === REFUSED) return refusedReader();
    const parameters = formParameters(queryOf(url));
    if (parameters === undefined) return notUtf8();
    const parsed = parseResultParameters(parameters, 'read');
    if ('issues' in parsed) return outcomeResponse(400, parsed.issues);
    const event = await read(id, restriction, signal);
    if (event === undefined) {
      return notFound(
        'There is no AuditEvent with this id. One that was just sent is here once it is indexed.',
      );
    }
    const text = presented(event.text, parsed.presentation);
    if (text === undefined) {
      return refusal(400, 'too-costly', 'The event is too large to be laid out: leave out _pretty.');
    }
    const validators = { etag: `W/"${VERSION_ID}"`, lastModifiedMs: event.lastUpdatedMs };
    return notModified(headers, validators) ?? fhirResponse(200, text, validatorHeaders(validators));
  };
  return new Hono<AppEnv>()
    .get('/AuditEvent/:id', acceptsJson, (c) => answer(c, c.req.param('id')))
    .get('/AuditEvent/:id/_history/:version', acceptsJson, (c) =>
      c.req.param('version') === VERSION_ID
        ? answer(c, c.req.param('id'))
        : notFound(`An AuditEvent has one version, ${VERSION_ID}.`),
    );
}

/** Undefined where laying it out makes it too large. */
function presented(text: string, { pretty, subset }: Presentation): string | undefined {
  const part = subset === undefined ? text : subsetText(text, subset);
  return pretty ? prettyText(part) : part;
}
