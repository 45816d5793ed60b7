/** The settings of authentication. Where Auditbox has a name for one it is the name here too. */
import { JSON_POINTER } from '@auditbox/fhir-core';
import { Type } from '@sinclair/typebox';
import { listOf, type SettingsOf, setting } from '../settings.ts';
import { apiKeysFile, apiKeysProblems } from './api-key-settings.ts';
import { permissionsOf } from './scopes.ts';

const URL_PATTERN = '^https?://[^\\s?#]+$';
const MINUTE_MS = 60_000;

/** JWA names (RFC 7518, RFC 8037, RFC 9864); no symmetric ones, and never `none`. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

export const AUDIENCE_OFF = 'off';

export const AUTH_SETTINGS = {
  apiAuthEnabled: setting(
    'AUDITBOX_API_AUTH_ENABLED',
    Type.Boolean({
      default: true,
      description:
        'Whether requests need a token. `false` is for tests only: whoever reaches the service can use it.',
    }),
  ),
  issuer: setting(
    'IDP_ISSUER',
    Type.String({
      default: '',
      pattern: URL_PATTERN,
      examples: 'https://idp.example.org/realms/auditbox',
      description:
        'The OAuth2 issuer, to the letter as tokens name it in `iss`; its discovery document says where its keys are.',
    }),
  ),
  apiKeysFile,
  jwksUri: setting(
    'IDP_JWKS_URI',
    Type.String({
      default: '',
      pattern: '^https?://[^\\s#]+$',
      examples: 'https://idp.example.org/realms/auditbox/protocol/openid-connect/certs',
      description: "Where the issuer's keys are, instead of the discovery document.",
    }),
  ),
  audiences: setting(
    'IDP_AUDIENCE',
    listOf(Type.String({ minLength: 1, maxLength: 500 }), {
      default: ['auditbox'],
      description:
        'Of these a token names one in `aud`. `off` for issuers that can not be told to: then `IDP_CLIENTS` has to say whose tokens are for us.',
    }),
  ),
  clients: setting(
    'IDP_CLIENTS',
    listOf(Type.String({ minLength: 1, maxLength: 200 }), {
      default: [],
      description:
        'OAuth2 clients whose tokens are taken, separated by commas; none set: those of all clients.',
    }),
  ),
  clientClaims: setting(
    'IDP_CLIENT_CLAIMS',
    listOf(Type.String({ minLength: 1, maxLength: 200 }), {
      default: ['client_id', 'azp', 'cid', 'appid'],
      description: 'Claims that say which client a token was given to: of these the first that it has.',
    }),
  ),
  algorithms: setting(
    'IDP_ALGORITHMS',
    listOf(Type.Union(ALGORITHMS.map((name) => Type.Literal(name))), {
      default: ALGORITHMS,
      description: 'Signature algorithms that are taken.',
    }),
  ),
  tokenTypes: setting(
    'IDP_TOKEN_TYPES',
    listOf(Type.String({ pattern: '^[A-Za-z0-9.+-]{1,50}$', examples: 'at+jwt' }), {
      default: ['at+jwt', 'JWT'],
      description:
        "What a token's header may say as its `typ`; `none` where it may say nothing, as those of Okta and Cognito do.",
    }),
  ),
  requiredClaims: setting(
    'IDP_REQUIRED_CLAIMS',
    listOf(Type.String({ minLength: 1, maxLength: 200 }), {
      default: ['sub', 'iat'],
      description: 'Claims that a token has to have, beside `iss`, `exp` and, where it is looked at, `aud`.',
    }),
  ),
  clockToleranceSeconds: setting(
    'IDP_CLOCK_TOLERANCE_SECONDS',
    Type.Integer({
      default: 10,
      minimum: 0,
      maximum: 300,
      description: "Seconds by which the issuer's clock and ours may differ.",
    }),
  ),
  roleClaims: setting(
    'IDP_ROLE_CLAIMS',
    listOf(Type.String({ pattern: `^${JSON_POINTER}$`, examples: '/realm_access/roles' }), {
      default: ['/realm_access/roles', '/resource_access/auditbox/roles'],
      description:
        'JSON Pointers (RFC 6901) to the claims that hold roles: those of a Keycloak realm and of its client.',
    }),
  ),
  roleScopes: setting(
    'IDP_ROLE_SCOPES',
    listOf(Type.String({ pattern: '^.{1,200}=\\S{1,200}$', examples: 'auditor=user/AuditEvent.rs' }), {
      default: [],
      description:
        'For sites that use roles: `role=scope`, separated by commas. Who has the role has the scope, whatever scopes the token has; a role may stand several times.',
    }),
  ),
  tokenCacheSeconds: setting(
    'IDP_TOKEN_CACHE_SECONDS',
    Type.Integer({
      default: 300,
      minimum: 0,
      maximum: 300,
      description:
        'Seconds for which a verified token is not verified again, never past its end or the withdrawal of its key.',
    }),
  ),
  keysTimeoutMs: setting(
    'IDP_TIMEOUT_MS',
    Type.Integer({
      default: 5000,
      minimum: 100,
      maximum: 30_000,
      description: 'Milliseconds that the issuer may take to give its keys.',
    }),
  ),
  keysCoolDownMs: setting(
    'IDP_KEYS_COOLDOWN_MS',
    Type.Integer({
      default: 10_000,
      minimum: 100,
      maximum: 10 * MINUTE_MS,
      description: 'Milliseconds between questions to the issuer that unknown keys, or failures, cause.',
    }),
  ),
  keysMaxAgeMs: setting(
    'IDP_KEYS_MAX_AGE_MS',
    Type.Integer({
      default: 5 * MINUTE_MS,
      minimum: 100,
      maximum: 60 * MINUTE_MS,
      description:
        'Milliseconds after which the keys are asked for anew: a withdrawn key is good for no longer.',
    }),
  ),
  keysStaleMaxMs: setting(
    'IDP_KEYS_STALE_MAX_MS',
    Type.Integer({
      default: 60 * MINUTE_MS,
      minimum: 1000,
      maximum: 24 * 60 * MINUTE_MS,
      description: 'Milliseconds for which keys stay good while the issuer is away.',
    }),
  ),
} as const;

export type AuthSettings = SettingsOf<typeof AUTH_SETTINGS>;

/** Of a service that has an API. Where authentication is off nothing is wrong. */
export function authProblems(settings: AuthSettings): string[] {
  const { apiAuthEnabled, issuer, jwksUri, audiences, clients, roleScopes, apiKeysFile: keysFile } = settings;
  if (!apiAuthEnabled) return [];
  const problems = apiKeysProblems(keysFile);
  const {
    issuer: named,
    jwksUri: keys,
    audiences: audience,
    clients: parties,
    roleScopes: roles,
  } = AUTH_SETTINGS;
  if (issuer === '' && jwksUri !== '')
    problems.push(`${keys.name} is set and ${named.name} is not: nobody would look whose tokens they are.`);
  if (issuer === '' && jwksUri === '' && keysFile === '')
    problems.push(
      `Neither ${named.name} nor ${apiKeysFile.name} is set: nobody could come in. For tests without tokens set ${AUTH_SETTINGS.apiAuthEnabled.name}=false.`,
    );
  if (audiences.includes(AUDIENCE_OFF) && audiences.length > 1)
    problems.push(`${audience.name} is ${AUDIENCE_OFF} or a list, not both.`);
  if (audiences.includes(AUDIENCE_OFF) && clients.length === 0)
    problems.push(
      `${audience.name} is ${AUDIENCE_OFF} and ${parties.name} is not set: tokens for anybody else would be taken.`,
    );
  if (settings.keysStaleMaxMs < settings.keysMaxAgeMs)
    problems.push(
      `${AUTH_SETTINGS.keysStaleMaxMs.name} is less than ${AUTH_SETTINGS.keysMaxAgeMs.name}: keys would count no more before they are asked for anew.`,
    );
  if (roleScopes.some((mapping) => permissionsOf(scopeOf(mapping)).size === 0))
    problems.push(`${roles.name} has a scope that allows nothing here.`);
  return problems;
}

/** By a role, all its scopes. */
export function scopesByRole(roleScopes: readonly string[]): ReadonlyMap<string, string> {
  const scopes = new Map<string, string>();
  for (const mapping of roleScopes) {
    const scope = scopeOf(mapping);
    const role = mapping.slice(0, -scope.length - 1);
    scopes.set(role, [scopes.get(role), scope].filter((each) => each !== undefined).join(' '));
  }
  return scopes;
}

/** Scopes have no `=`, roles may. */
function scopeOf(mapping: string): string {
  return mapping.slice(mapping.lastIndexOf('=') + 1);
}
