/**
 * `GET /api/openapi.json`: the OpenAPI document, which needs no token. It is one text for a release and its settings, but
 * for the base that the client sees, so it may be kept, and who has it is answered 304.
 */
import { createHash } from 'node:crypto';
import { type AppEnv, notModified, validatorHeaders } from '@auditbox/service-kit';
import { Hono } from 'hono';
import { type DescribedApi, openApiDocument } from './openapi/document.ts';

/** Seconds; long enough for a page that asks at each visit, short enough for an upgrade to be seen. */
const MAX_AGE_SECONDS = 300;

const CACHE_CONTROL = `public, max-age=${MAX_AGE_SECONDS}`;

/** `since`: when this server began to say so. */
export function openApiRoute(described: DescribedApi, since: Date): Hono<AppEnv> {
  const lastModifiedMs = since.getTime();
  const made = (baseUrl: string) => {
    const text = JSON.stringify(openApiDocument({ ...described, baseUrl }));
    const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
    return { text, validators: { etag, lastModifiedMs } };
  };
  const own = made(described.baseUrl);
  return new Hono<AppEnv>().get('/api/openapi.json', (c) => {
    // A trusted proxy may have said another base.
    const base = c.get('baseUrl') ?? described.baseUrl;
    const { text, validators } = base === described.baseUrl ? own : made(base);
    const answer =
      notModified(c.req.raw.headers, validators) ??
      new Response(text, {
        headers: { 'content-type': 'application/json', ...validatorHeaders(validators) },
      });
    answer.headers.set('cache-control', CACHE_CONTROL);
    return answer;
  });
}
