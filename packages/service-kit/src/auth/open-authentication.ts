/** Authentication as a service has it: what its settings ask for, or, said loudly, none. */
import type { MiddlewareHandler } from 'hono';
import type { Readiness } from '../health.ts';
import { READY } from '../health.ts';
import type { AppEnv } from '../http/app.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import { openApiKeys } from './api-keys.ts';
import { AUDIENCE_OFF, type AuthSettings, scopesByRole } from './auth-settings.ts';
import {
  authenticate,
  authorize,
  type Identify,
  type Refused,
  type RoutePermissions,
} from './authentication.ts';
import { type IdentifyTokenOptions, identifyToken } from './identify-token.ts';
import { IssuerKeys } from './issuer-keys.ts';
import { REFUSAL_REASONS } from './refusal.ts';
import { permissionsOf } from './scopes.ts';

export type Authentication = AsyncDisposable & {
  /** Knows who asks, or answers. */
  readonly authenticate: MiddlewareHandler<AppEnv>;
  /** Lets through what they may do, or answers. Behind `authenticate`. */
  readonly authorize: (permissions: RoutePermissions) => MiddlewareHandler<AppEnv>;
  /** What the service is to look at to be ready; nothing where no issuer is asked. */
  readonly checks: Readonly<Record<string, () => Readiness>>;
};

export type AuthenticationOptions = {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly onRefused: (refused: Refused) => void;
};

/**
 * The keys of the issuer are asked for before this resolves, so that the first requests do not wait; an issuer that is
 * away is no reason not to start, only not to be ready.
 */
export async function openAuthentication(
  settings: AuthSettings,
  { logger, metrics, onRefused }: AuthenticationOptions,
): Promise<Authentication> {
  if (!settings.apiAuthEnabled) {
    logger.warn({}, 'authentication is OFF: whoever reaches this service can use it');
    const open: MiddlewareHandler<AppEnv> = (_c, next) => next();
    return {
      authenticate: open,
      authorize: () => open,
      checks: {},
      [Symbol.asyncDispose]: async () => undefined,
    };
  }
  const count = metrics.counter(
    'auditbox_refused_requests_total',
    'Requests that were refused for who sent them.',
    'reason',
    REFUSAL_REASONS,
  );
  const refused = (refusal: Refused): void => {
    count(1, refusal.reason);
    onRefused(refusal);
  };
  const apiKeys =
    settings.apiKeysFile === ''
      ? undefined
      : await openApiKeys(settings.apiKeysFile, { logger, permissionsOf });
  const keys = settings.issuer === '' ? undefined : issuerKeys(settings, logger);
  await keys?.load();
  const fresh = keys?.keepFresh();
  const ofToken = keys === undefined ? undefined : identifyToken(keys, tokenOptions(settings));
  const identify: Identify = (token, hash) =>
    apiKeys?.find(hash) ?? ofToken?.(token, hash) ?? { refused: 'invalid' };
  return {
    authenticate: authenticate(identify, refused),
    authorize: (permissions) => authorize(permissions, refused),
    // Who has a key is let in whatever the issuer does: no reason to send them elsewhere.
    checks: keys === undefined || apiKeys !== undefined ? {} : { issuer: () => readinessOf(keys) },
    [Symbol.asyncDispose]: async () => {
      fresh?.[Symbol.dispose]();
      await apiKeys?.[Symbol.asyncDispose]();
    },
  };
}

function issuerKeys(settings: AuthSettings, logger: Logger): IssuerKeys {
  const { issuer, jwksUri } = settings;
  if (isPlainHttp(issuer) || isPlainHttp(jwksUri))
    logger.warn({}, 'the issuer is reached without TLS: whoever is between can make tokens');
  return new IssuerKeys({
    issuer,
    jwksUri,
    timeoutMs: settings.keysTimeoutMs,
    coolDownMs: settings.keysCoolDownMs,
    maxAgeMs: settings.keysMaxAgeMs,
    staleMaxMs: settings.keysStaleMaxMs,
    logger,
    now: () => performance.now(),
    wallNow: Date.now,
  });
}

function tokenOptions(settings: AuthSettings): IdentifyTokenOptions {
  return {
    rules: {
      issuer: settings.issuer,
      audiences: settings.audiences.includes(AUDIENCE_OFF) ? undefined : settings.audiences,
      algorithms: settings.algorithms,
      types: settings.tokenTypes.map((type) => type.toLowerCase()),
      requiredClaims: settings.requiredClaims,
      clockToleranceSeconds: settings.clockToleranceSeconds,
    },
    callers: {
      roles: { claims: settings.roleClaims, scopes: scopesByRole(settings.roleScopes) },
      clientClaims: settings.clientClaims,
    },
    clients: settings.clients,
    rememberMs: settings.tokenCacheSeconds * 1000,
    now: Date.now,
  };
}

function readinessOf(keys: IssuerKeys): Readiness {
  // Asks again where nothing else does: to a service that is not ready no requests come.
  keys.refresh();
  return keys.available ? READY : { ready: false, reason: 'keys-unavailable' };
}

const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

function isPlainHttp(url: string): boolean {
  return url.startsWith('http:') && !LOOPBACK.includes(new URL(url).hostname);
}
