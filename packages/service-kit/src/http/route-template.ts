/** Which route a request is for, as its template: the only form of a path that may be a label or in a log. */
import type { Context } from 'hono';
import { matchedRoutes } from 'hono/route';

/** What no route names can be anything, also a patient's name. */
const UNKNOWN = '-';

/** The template of the first route that names the path, also where something before it answered; else `-`. */
export function routeTemplate(c: Context): string {
  // Middleware is of every method, a route of one.
  return (
    matchedRoutes(c).find(({ path, method }) => method !== 'ALL' && !path.includes('*'))?.path ?? UNKNOWN
  );
}
