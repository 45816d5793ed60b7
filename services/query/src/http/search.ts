/** `GET /AuditEvent?…` and `POST /AuditEvent/_search`. */
import { type IssueType, issue, parseSearch } from '@auditbox/fhir-core';
import { type AppEnv, fhirResponse, outcomeResponse, preferOf, refuseFormat } from '@auditbox/service-kit';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { PAGE_BYTES_MAX } from '../domain/bounded-page.ts';
import { PAGE_TOO_LARGE, type SearchPort } from '../domain/found.ts';
import { searchsetText } from '../domain/searchset.ts';
import { formParameters, queryOf } from './form-parameters.ts';

/** Bytes of a `_search` body: some thousand parameters' worth. */
export const SEARCH_BODY_BYTES_MAX = 1024 * 1024;

const FORM = 'application/x-www-form-urlencoded';

export type SearchDependencies = {
  readonly now: () => number;
  readonly search: SearchPort;
};

export function searchRoutes(dependencies: SearchDependencies): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .get('/AuditEvent', (c) => answer(dependencies, c, [queryOf(c.req.url)]))
    .post(
      '/AuditEvent/_search',
      bodyLimit({
        maxSize: SEARCH_BODY_BYTES_MAX,
        onError: () => refusal(413, 'too-long', `A search has at most ${SEARCH_BODY_BYTES_MAX} bytes.`),
      }),
      async (c) => {
        const [type, ...attributes] = (c.req.header('content-type') ?? '').toLowerCase().split(';');
        if (type?.trim() !== FORM || !attributes.every(allowsUtf8))
          return refusal(415, 'not-supported', `The Content-Type of a _search is ${FORM} in UTF-8.`);
        if ((c.req.header('content-encoding') ?? 'identity').trim().toLowerCase() !== 'identity')
          return refusal(415, 'not-supported', 'The body of a _search is not compressed.');
        const body = utf8(await c.req.arrayBuffer());
        return body === undefined ? notUtf8() : answer(dependencies, c, [queryOf(c.req.url), body]);
      },
    );
}

/** `forms`: where parameters are, percent-encoded. */
async function answer(
  { now, search }: SearchDependencies,
  c: Context<AppEnv>,
  forms: readonly string[],
): Promise<Response> {
  const request = c.req.raw;
  const parameters = formParameters(forms.join('&'));
  if (parameters === undefined) return notUtf8();
  const formats = parameters.flatMap(([name, value]) => (name === '_format' ? [value] : []));
  const refused = refuseFormat(formats, request.headers.get('accept') ?? undefined);
  if (refused !== undefined) return refused;
  const parsed = parseSearch(parameters, { now: now(), lenient: preferOf(request).handling === 'lenient' });
  if ('issues' in parsed) return outcomeResponse(400, parsed.issues);
  const found = await search(parsed.search, request.signal);
  const text = found === PAGE_TOO_LARGE ? found : searchsetText(parsed.search, found, c.get('baseUrl'));
  if (text === PAGE_TOO_LARGE) {
    const advice = `A page has at most ${PAGE_BYTES_MAX} bytes of events: use a smaller _count.`;
    return refusal(400, 'too-costly', advice);
  }
  return fhirResponse(200, text);
}

function allowsUtf8(attribute: string): boolean {
  const [name, value = ''] = attribute.split('=');
  return name?.trim() !== 'charset' || value.trim().replaceAll('"', '') === 'utf-8';
}

function utf8(bytes: ArrayBuffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function notUtf8(): Response {
  return refusal(400, 'value', 'The parameters are not UTF-8.');
}

function refusal(status: number, code: IssueType, diagnostics: string): Response {
  return outcomeResponse(status, [issue({ severity: 'error', code, diagnostics })]);
}
