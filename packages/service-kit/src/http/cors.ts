/**
 * CORS (the Fetch standard): which pages of other origins may use the API from a browser. Every answer says it, also a
 * refusal and a failure, or a page could not tell one from the other. A preflight is answered here: it carries no token
 * and goes no further.
 *
 * Not hono/cors: it takes every OPTIONS for a preflight, says `Vary: Origin` again where it is said already, and tells
 * origins that are not listed what those that are may do.
 */
import type { Context, MiddlewareHandler } from 'hono';
import { answerHeader } from './answer-header.ts';
import type { AppEnv } from './app.ts';
import { ANY_ORIGIN } from './cors-settings.ts';
import { varyBy } from './vary.ts';

/** Seconds for which a browser need not ask again; browsers themselves take no more than a few hours. */
const MAX_AGE_SECONDS = 7200;

const METHODS = ['GET', 'HEAD', 'POST'].join(', ');

/** What the API takes beside what every page may send. */
const REQUEST_HEADERS = [
  'Accept',
  'Auditbox-On-Invalid',
  'Authorization',
  'Content-Encoding',
  'Content-Type',
  'Idempotency-Key',
  'If-Modified-Since',
  'If-None-Match',
  'Prefer',
  'X-Request-Id',
].join(', ');

/** What the API answers beside what every page may read. */
const ANSWER_HEADERS = [
  'Allow',
  'Content-Disposition',
  'Content-Location',
  'ETag',
  'Last-Modified',
  'Location',
  'Preference-Applied',
  'Retry-After',
  'WWW-Authenticate',
  'X-Request-Id',
].join(', ');

/** For `origins`, of which there is at least one, or any where `*` is one. */
export function cors(origins: readonly string[]): MiddlewareHandler<AppEnv> {
  const isAny = origins.includes(ANY_ORIGIN);
  const allow = (c: Context<AppEnv>): boolean => {
    // Any page, and then none in the name of its user: the answer is the same for all of them.
    if (isAny) {
      answerHeader(c, 'access-control-allow-origin', ANY_ORIGIN);
      return true;
    }
    varyBy(c, 'Origin');
    const origin = c.req.header('origin');
    if (origin === undefined || !origins.includes(origin)) return false;
    answerHeader(c, 'access-control-allow-origin', origin);
    answerHeader(c, 'access-control-allow-credentials', 'true');
    return true;
  };
  return async (c, next) => {
    if (!isPreflight(c)) {
      await next();
      if (allow(c)) answerHeader(c, 'access-control-expose-headers', ANSWER_HEADERS);
      return undefined;
    }
    if (allow(c)) {
      c.header('access-control-allow-methods', METHODS);
      c.header('access-control-allow-headers', REQUEST_HEADERS);
      c.header('access-control-max-age', String(MAX_AGE_SECONDS));
    }
    return c.body(null, 204);
  };
}

/** Any other OPTIONS is a request like others. */
function isPreflight({ req }: Context<AppEnv>): boolean {
  return (
    req.method === 'OPTIONS' &&
    req.header('origin') !== undefined &&
    req.header('access-control-request-method') !== undefined
  );
}
