import { describe, expect, it } from 'vitest';
import { isAccessToken, tokenType } from './token-kind.ts';

describe('tokenType', () => {
  it.each([
    ['JWT', 'jwt'],
    ['at+jwt', 'at+jwt'],
    ['application/at+JWT', 'at+jwt'],
    ['logout+jwt', 'logout+jwt'],
    [undefined, 'none'],
    [7, undefined],
    [['JWT'], undefined],
  ])('of %j is %j', (typ, type) => expect(tokenType(typ)).toBe(type));
});

describe('isAccessToken', () => {
  it.each([
    ['one that says nothing of its kind', {}, 'jwt'],
    ["Keycloak's", { typ: 'Bearer' }, 'jwt'],
    ["Keycloak's of before 24, with a nonce", { typ: 'Bearer', nonce: 'n' }, 'jwt'],
    ["Cognito's", { token_use: 'access' }, 'jwt'],
    ['one with a nonce that is marked as access token', { nonce: 'n' }, 'at+jwt'],
  ])('takes %s', (_what, claims, type) => expect(isAccessToken(claims, type)).toBe(true));

  it.each([
    ["Keycloak's ID token", { typ: 'ID', at_hash: 'h' }],
    ["Keycloak's ID token without hash", { typ: 'ID' }],
    ["Keycloak's refresh token", { typ: 'Refresh' }],
    ["Keycloak's offline token", { typ: 'Offline' }],
    ['a typ that is no text', { typ: ['Bearer'] }],
    ['an ID token by its at_hash', { at_hash: 'h' }],
    ['an ID token by its c_hash', { c_hash: 'h' }],
    ['an ID token by its nonce', { nonce: 'n' }],
    ["Cognito's ID token", { token_use: 'id' }],
    ['a logout token', { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }],
    ['one that is bound to a certificate', { cnf: { 'x5t#S256': 'x' } }],
    ['one that is bound to a key', { cnf: { jkt: 'x' } }],
  ])('refuses %s', (_what, claims) => expect(isAccessToken(claims, 'jwt')).toBe(false));
});
