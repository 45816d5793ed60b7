/**
 * `GET /AuditEvent?…` and `POST /AuditEvent/_search`, of all events or of a compartment:
 * `GET /Patient/{id}/AuditEvent?…` (R4 http.html#search, #vsearch).
 */
import { COMPARTMENT_TYPES, type Compartment, parseSearch } from '@auditbox/fhir-core';
import { type AppEnv, fhirResponse, outcomeResponse, preferOf, refuseFormat } from '@auditbox/service-kit';
import { type Context, Hono } from 'hono';
import { askedPage } from '../domain/asked-page.ts';
import { PAGE_BYTES_MAX, PAGE_TOO_LARGE, type SearchPort } from '../domain/found.ts';
import { REFUSED } from '../domain/restriction.ts';
import { searchsetBytes } from '../domain/searchset.ts';
import { formOf } from './form-body.ts';
import { formParameters, queryOf } from './form-parameters.ts';
import { notUtf8, refusal } from './refusal.ts';
import { type RestrictionOf, refusedReader } from './restricted.ts';

/** What R4 has for an id, and what senders use beside it; a path has no slash in it. */
const COMPARTMENT_ID_CHARS_MAX = 256;

export type SearchDependencies = {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly search: SearchPort;
  readonly restrictionOf: RestrictionOf;
  /** See `Admission`. */
  readonly holdFor: (request: Request) => (bytes: number) => boolean;
};

export function searchRoutes(dependencies: SearchDependencies): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const serve = (path: string, compartmentOf: (c: Context<AppEnv>) => Compartment | undefined): void => {
    app.get(path, (c) => answer(dependencies, c, [queryOf(c.req.url)], compartmentOf(c)));
    app.post(`${path}/_search`, async (c) => {
      const form = await formOf(c);
      return typeof form === 'string'
        ? answer(dependencies, c, [queryOf(c.req.url), form], compartmentOf(c))
        : form;
    });
  };
  serve('/AuditEvent', () => undefined);
  for (const type of COMPARTMENT_TYPES) {
    serve(`/${type}/:id/AuditEvent`, (c) => ({ type, id: c.req.param('id') ?? '' }));
  }
  return app;
}

/** `forms`: where parameters are, percent-encoded. */
async function answer(
  { now, search: run, restrictionOf, holdFor }: SearchDependencies,
  c: Context<AppEnv>,
  forms: readonly string[],
  compartment: Compartment | undefined,
): Promise<Response> {
  const request = c.req.raw;
  const restriction = restrictionOf(c.get('caller'));
  if (restriction === REFUSED) return refusedReader();
  const parameters = formParameters(forms.join('&'));
  if (parameters === undefined) return notUtf8();
  const formats = parameters.flatMap(([name, value]) => (name === '_format' ? [value] : []));
  const refused = refuseFormat(formats, request.headers.get('accept') ?? undefined);
  if (refused !== undefined) return refused;
  if (compartment !== undefined && compartment.id.length > COMPARTMENT_ID_CHARS_MAX) {
    return refusal(400, 'too-long', `An id has at most ${COMPARTMENT_ID_CHARS_MAX} characters.`);
  }
  const strict = preferOf(request).handling === 'strict';
  const parsed = parseSearch(parameters, { strict, compartment });
  if ('issues' in parsed) return outcomeResponse(400, parsed.issues);
  const search = { ...parsed.search, restriction };
  const page = askedPage(search, now());
  if (page === undefined) return refusal(400, 'value', '_cursor is none of this search.');
  const found = await run(search, page, {
    signal: request.signal,
    hold: holdFor(request),
  });
  const set = found === PAGE_TOO_LARGE ? found : { search, page, found };
  const bytes = set === PAGE_TOO_LARGE ? set : searchsetBytes(set, c.get('baseUrl'));
  if (bytes === PAGE_TOO_LARGE) {
    const advice = `A page has at most ${PAGE_BYTES_MAX} bytes of events: use a smaller _count.`;
    return refusal(400, 'too-costly', advice);
  }
  return fhirResponse(200, bytes);
}
