/** `GET /AuditEvent?…` and `POST /AuditEvent/_search`. */
import { issue, parseSearch } from '@auditbox/fhir-core';
import { type AppEnv, fhirResponse, outcomeResponse } from '@auditbox/service-kit';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { SearchPort } from '../domain/found.ts';
import { searchsetText } from '../domain/searchset.ts';

/** Bytes of a `_search` body: some thousand parameters' worth. */
export const SEARCH_BODY_BYTES_MAX = 1024 * 1024;

const FORM = 'application/x-www-form-urlencoded';

export type SearchDependencies = {
  /** No slash at its end. */
  readonly baseUrl: string;
  readonly now: () => number;
  readonly search: SearchPort;
};

export function searchRoutes(dependencies: SearchDependencies): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .get('/AuditEvent', (c) => answer(dependencies, c.req.raw, new URL(c.req.url).searchParams))
    .post(
      '/AuditEvent/_search',
      bodyLimit({
        maxSize: SEARCH_BODY_BYTES_MAX,
        onError: () => refusal(413, 'too-long', `A search has at most ${SEARCH_BODY_BYTES_MAX} bytes.`),
      }),
      async (c) => {
        const type = c.req.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
        if (type !== FORM) return refusal(415, 'not-supported', `The Content-Type of a _search is ${FORM}.`);
        const inUrl = new URL(c.req.url).searchParams;
        const inBody = new URLSearchParams(await c.req.text());
        return answer(dependencies, c.req.raw, [...inUrl, ...inBody]);
      },
    );
}

async function answer(
  { baseUrl, now, search }: SearchDependencies,
  request: Request,
  parameters: Iterable<readonly [string, string]>,
): Promise<Response> {
  const parsed = parseSearch(parameters, { now: now(), lenient: prefersLenient(request) });
  if ('issues' in parsed) return outcomeResponse(400, parsed.issues);
  const found = await search(parsed.search, request.signal);
  return fhirResponse(200, searchsetText(parsed.search, found, baseUrl));
}

/** R4 search.html#errors: `Prefer: handling=lenient`. */
function prefersLenient(request: Request): boolean {
  return /(?:^|[,;\s])handling\s*=\s*"?lenient"?(?:$|[,;\s])/i.test(request.headers.get('prefer') ?? '');
}

function refusal(status: number, code: 'too-long' | 'not-supported', diagnostics: string): Response {
  return outcomeResponse(status, [issue({ severity: 'error', code, diagnostics })]);
}
