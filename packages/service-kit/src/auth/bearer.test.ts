import { describe, expect, it } from 'vitest';
import { credentialsOf, TOKEN_CHARS_MAX } from './bearer.ts';

const URL = 'http://localhost:3002/AuditEvent';
const of = (authorization: string | undefined, url = URL) =>
  credentialsOf(new Request(url, { headers: authorization === undefined ? {} : { authorization } }));

describe('credentialsOf', () => {
  it.each([
    ['Bearer abc.def-_~+/==', 'abc.def-_~+/=='],
    ['bearer abc', 'abc'],
    ['BEARER   abc', 'abc'],
  ])('takes %j', (header, token) => expect(of(header)).toEqual({ kind: 'token', token }));

  it('knows a request without any', () => expect(of(undefined)).toEqual({ kind: 'none' }));

  it.each([
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Bearer "a"',
    'Bearer a, Bearer b',
    'Bearer a,b',
    'Bearer =',
    'Bearer\tabc',
    'Basic YTpi, Bearer abc',
    'Basic YTpi, Bearer',
  ])('refuses %j', (header) => expect(of(header)).toEqual({ kind: 'malformed' }));

  it.each(['', 'abc', 'Basic YTpi', 'Digest username="a", realm="b"', 'DPoP abc', 'Bearertoken'])(
    'knows another scheme: %j',
    (header) => expect(of(header)).toEqual({ kind: 'other-scheme' }),
  );

  it('refuses two headers', () => {
    const headers = new Headers([
      ['authorization', 'Bearer a'],
      ['authorization', 'Bearer a'],
    ]);
    expect(credentialsOf(new Request(URL, { headers }))).toEqual({ kind: 'malformed' });
  });

  it.each(['access_token=abc', 'a=1&access_token=', 'access%5Ftoken=abc'])(
    'refuses a token in the URL: %s',
    (query) => {
      expect(of(undefined, `${URL}?${query}`)).toEqual({ kind: 'malformed' });
      expect(of('Bearer abc', `${URL}?${query}`)).toEqual({ kind: 'malformed' });
    },
  );

  it('takes a header at its bound and refuses one beyond', () => {
    const token = 'a'.repeat(TOKEN_CHARS_MAX - 'Bearer '.length);
    expect(of(`Bearer ${token}`)).toEqual({ kind: 'token', token });
    expect(of(`Bearer ${token}a`)).toEqual({ kind: 'malformed' });
  });
});
