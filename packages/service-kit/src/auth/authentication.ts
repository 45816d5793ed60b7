/**
 * Authentication and authorization of requests, as Hono middleware: who asks (`c.get('caller')`), and whether the route
 * is theirs. A refused request is answered before its body is read and before anything is done for it.
 */
import { createHash } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from '../http/app.ts';
import { routeKey, routeTemplate } from '../http/route-template.ts';
import { credentialsOf } from './bearer.ts';
import type { Caller, Permission } from './caller.ts';
import { forbiddenResponse, type RefusalReason, refusalResponse } from './refusal.ts';
import { LEAST_SCOPE } from './scopes.ts';

/** Whose a credential is, or why it is nobody's. `hash`: SHA-256 of it, hexadecimal. */
export type Identify = (
  token: string,
  hash: string,
) => Caller | RefusedToken | Promise<Caller | RefusedToken>;

export type RefusedToken = {
  readonly refused: 'invalid' | 'expired' | 'unknown-key' | 'unavailable';
};

/** What was refused, for the counts and for the trail. Nothing in it is of an unverified token. */
export type Refused = {
  readonly reason: RefusalReason;
  /** Where the token was good and the permission missing. */
  readonly caller?: Caller;
  readonly missingScope?: string;
  readonly requestId: string;
  readonly clientAddress: string | undefined;
  /** The template. */
  readonly route: string;
};

/** Knows the caller, or answers 400, 401 or 503. */
export function authenticate(
  identify: Identify,
  onRefused: (refused: Refused) => void,
): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const credentials = credentialsOf(c.req.raw);
    let reason: Exclude<RefusalReason, 'insufficient-scope'>;
    if (credentials.kind === 'token') {
      const hash = createHash('sha256').update(credentials.token).digest('hex');
      const caller = await identify(credentials.token, hash);
      if (!('refused' in caller)) {
        c.set('caller', caller);
        await next();
        return undefined;
      }
      reason = caller.refused;
    } else reason = credentials.kind === 'none' ? 'login' : credentials.kind;
    onRefused({ reason, ...about(c) });
    return refusalResponse(reason);
  };
}

/** By `METHOD /template`; `elsewhere` where another service decides. */
export type RoutePermissions = Readonly<Record<string, Permission | 'elsewhere'>>;

/**
 * Lets through what the caller may do, or answers 403. A route that the table does not name is nobody's: what is
 * forgotten there is closed, not open. What no route names is let through, to be answered 404 or 405.
 */
export function authorize(
  permissions: RoutePermissions,
  onRefused: (refused: Refused) => void,
): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const caller = c.get('caller');
    const route = routeTemplate(c);
    const needed = permissions[routeKey(c)];
    if (
      route === '-' ||
      needed === 'elsewhere' ||
      (needed !== undefined && caller?.permissions.has(needed))
    ) {
      await next();
      return undefined;
    }
    if (needed === undefined) throw new Error('a route has no permission');
    onRefused({
      reason: 'insufficient-scope',
      missingScope: LEAST_SCOPE[needed],
      ...(caller !== undefined && { caller }),
      ...about(c),
    });
    return forbiddenResponse(needed);
  };
}

function about(
  c: Parameters<MiddlewareHandler<AppEnv>>[0],
): Pick<Refused, 'requestId' | 'clientAddress' | 'route'> {
  return {
    requestId: c.get('requestId'),
    clientAddress: c.get('clientAddress'),
    route: routeTemplate(c),
  };
}
