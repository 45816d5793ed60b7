import { describe, expect, it } from 'vitest';
import { baseUrlFor, forwardedHeaders, plainBaseUrl } from './base-url.ts';
import { isAddressOrNetwork, trustedProxies } from './trusted-proxies.ts';

const OWN = 'https://audit.example.org/fhir';
const PROXY = '10.0.0.1';
const trusts = trustedProxies([PROXY, '10.1.0.0/16']);
const baseFor = (headers: Record<string, string>, peer = PROXY) =>
  baseUrlFor(new Headers(headers), peer, OWN, trusts);

describe('the base of a request', () => {
  it('is the configured one where nothing else is said, or by nobody who is trusted', () => {
    expect(baseFor({})).toBe(OWN);
    const said = { 'x-forwarded-host': 'evil.example.org', forwarded: 'host=evil.example.org' };
    expect(baseFor(said, '192.0.2.1')).toBe(OWN);
    expect(baseUrlFor(new Headers(said), undefined, OWN, trusts)).toBe(OWN);
    expect(baseUrlFor(new Headers(said), PROXY, OWN, trustedProxies([]))).toBe(OWN);
  });

  it.each([
    [{ host: 'a.example' }, 'https://a.example/fhir'],
    [{ host: 'a.example', proto: 'http' }, 'http://a.example/fhir'],
    [{ host: 'a.example:8443', prefix: '/x/y/' }, 'https://a.example:8443/x/y'],
    [{ host: 'a.example', port: '8443', prefix: '/' }, 'https://a.example:8443'],
    [{ host: 'a.example', port: '443' }, 'https://a.example/fhir'],
    [{ host: '[fd00::1]:8443' }, 'https://[fd00::1]:8443/fhir'],
  ])('is what X-Forwarded-* say: %j', (said, base) => {
    const headers = Object.fromEntries(Object.entries(said).map(([name, v]) => [`x-forwarded-${name}`, v]));
    expect(baseFor(headers)).toBe(base);
  });

  it.each([
    { proto: 'http' },
    { host: 'a.example/path' },
    { host: 'a.example?x' },
    { host: 'user@a.example' },
    { host: 'a b' },
    { host: '-a' },
    { host: 'a.example:99999' },
    { host: '[::zz]' },
    { host: 'a.example', proto: 'javascript' },
    { host: 'a.example', port: '0' },
    { host: 'a.example', port: '65536' },
    { host: 'a.example', port: '80x' },
    { host: 'a.example', prefix: 'x' },
    { host: 'a.example', prefix: '//evil.example' },
    { host: 'a.example', prefix: '/../x' },
    { host: 'a.example', prefix: '/x?y' },
  ])('is the configured one where a part is not what it should be: %j', (said) => {
    const headers = Object.fromEntries(Object.entries(said).map(([name, v]) => [`x-forwarded-${name}`, v]));
    expect(baseFor(headers)).toBe(OWN);
  });

  it('is what Forwarded says, quoted or not', () => {
    expect(baseFor({ forwarded: 'for=192.0.2.1;host="a.example:8443";proto=http' })).toBe(
      'http://a.example:8443/fhir',
    );
    expect(baseFor({ forwarded: 'by=_x' })).toBe(OWN);
    expect(baseFor({ forwarded: 'host="a;b,c"' })).toBe(OWN);
  });

  it('is what the farthest trusted proxy wrote, never what was there before it', () => {
    expect(
      baseFor({ forwarded: 'host=evil.example, for=192.0.2.1;host=a.example, for=10.1.0.7;host=inner' }),
    ).toBe('https://a.example/fhir');
    expect(
      baseFor({
        'x-forwarded-for': '203.0.113.9, 192.0.2.1, 10.1.0.7:5000',
        'x-forwarded-host': 'evil.example, a.example, inner',
        'x-forwarded-proto': 'http',
      }),
    ).toBe('http://a.example/fhir');
    expect(baseFor({ 'x-forwarded-host': 'evil.example, a.example' })).toBe('https://a.example/fhir');
  });

  it('is X-Forwarded-*’s before Forwarded’s', () =>
    expect(baseFor({ 'x-forwarded-host': 'a.example', forwarded: 'host=b.example' })).toBe(
      'https://a.example/fhir',
    ));

  it('is handed on whole', () => {
    for (const base of ['https://a.example:8443/x', 'http://[fd00::1]'])
      expect(baseFor(forwardedHeaders(base))).toBe(base);
  });
});

it('a base has no slash at its end', () => expect(plainBaseUrl('http://a/b//')).toBe('http://a/b'));

describe('trusted proxies', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.1', '::ffff:10.0.0.1', true],
    ['::ffff:10.0.0.1', '10.0.0.1', true],
    ['::ffff:10.0.0.0/104', '10.9.9.9', true],
    ['10.0.0.0/8', '::ffff:10.9.9.9', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['fd00::/8', 'fd12::1', true],
    ['fd00::/8', 'fe80::1', false],
    ['fe80::/10', 'fe80::1%eth0', true],
    ['10.0.0.0/8', 'unknown', false],
    ['10.0.0.0/8', '', false],
  ])('%s is or holds %s: %j', (rule, address, trusted) =>
    expect(trustedProxies([rule])(address)).toBe(trusted),
  );

  it.each(['10.0.0.1', '10.0.0.0/0', '10.0.0.0/32', '::1', 'fd00::/128', '::ffff:10.0.0.0/96'])(
    '%s can be set',
    (text) => expect(isAddressOrNetwork(text)).toBe(true),
  );

  it.each([
    '',
    'proxy',
    '10.0.0',
    '10.0.0.0/33',
    'fd00::/129',
    '10.0.0.0/',
    '10.0.0.0/x',
    '::ffff:10.0.0.0/95',
  ])('%j can not', (text) => expect(isAddressOrNetwork(text)).toBe(false));
});
