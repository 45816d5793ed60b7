/**
 * From the claims of a verified token to its caller: who it is (RFC 9068, section 2.2) and what it may do, by its scopes
 * and, where a site maps them, by its roles.
 */
import { pointed, pointerPath } from '@auditbox/fhir-core';
import { type Caller, CLIENT_PATTERN } from './caller.ts';
import { permissionsOf } from './scopes.ts';

export type Claims = Readonly<Record<string, unknown>>;

export type RoleMapping = {
  /** JSON Pointers to arrays of roles. */
  readonly claims: readonly string[];
  /** By a role, the scopes that it stands for, separated by spaces. */
  readonly scopes: ReadonlyMap<string, string>;
};

/** By RFC 8693; by Okta and Entra ID. */
const SCOPE_CLAIMS = ['scope', 'scp'];

const CLIENT = new RegExp(CLIENT_PATTERN);

export type CallerRules = {
  readonly roles: RoleMapping;
  /** Names of claims, in the order in which they count. */
  readonly clientClaims: readonly string[];
};

/** Undefined where the claims name no client, or one that can't be. */
export function callerOf(
  claims: Claims,
  issuer: string,
  { roles, clientClaims }: CallerRules,
): Caller | undefined {
  const client = clientClaims.map((name) => claims[name]).find((value) => value !== undefined);
  if (typeof client !== 'string' || !CLIENT.test(client)) return undefined;
  const { sub, preferred_username, jti } = claims;
  return {
    issuer,
    client,
    ...(typeof sub === 'string' && { subject: sub }),
    ...(typeof preferred_username === 'string' && { username: preferred_username }),
    ...(typeof jti === 'string' && { tokenId: jti }),
    permissions: permissionsOf([...scopesOf(claims), ...scopesOfRoles(claims, roles)].join(' ')),
    claims,
  };
}

function scopesOf(claims: Claims): string[] {
  return SCOPE_CLAIMS.flatMap((name) => stringsOf(claims[name]));
}

function scopesOfRoles(claims: Claims, { claims: pointers, scopes }: RoleMapping): string[] {
  return pointers
    .map((pointer) => pointed(claims, pointerPath(pointer)))
    .flatMap((found) => (typeof found === 'object' ? stringsOf(found.value) : []))
    .flatMap((role) => scopes.get(role) ?? []);
}

function stringsOf(value: unknown): string[] {
  const all = Array.isArray(value) ? value : [value];
  return all.filter((each): each is string => typeof each === 'string');
}
