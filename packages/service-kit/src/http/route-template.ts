/** Which route a request is for, as its template: the only form of a path that may be a label or in a log. */
import type { Context } from 'hono';
import { matchedRoutes } from 'hono/route';

/** What no route names can be anything, also a patient's name. */
const UNKNOWN = '-';

/** Where the context of a request has its template once it was looked for, which is three times. */
const TEMPLATE = 'routeTemplate';

/** `METHOD /template`, by which tables say what a route needs and is; a HEAD is its GET. */
export function routeKey(c: Context): string {
  return `${c.req.method === 'HEAD' ? 'GET' : c.req.method} ${routeTemplate(c)}`;
}

/** The template of the first route that names the path, also where something before it answered; else `-`. */
export function routeTemplate(c: Context): string {
  const known: string | undefined = c.get(TEMPLATE);
  if (known !== undefined) return known;
  // Middleware is of every method, a route of one.
  const route = matchedRoutes(c).find(({ path, method }) => method !== 'ALL' && !path.includes('*'));
  const template = route?.path ?? UNKNOWN;
  c.set(TEMPLATE, template);
  return template;
}
