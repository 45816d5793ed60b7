import { expect, it } from 'vitest';
import { clientAddressFor } from './client-address.ts';
import { trustedProxies } from './trusted-proxies.ts';

const trusts = trustedProxies(['10.0.0.0/8', 'fd00::/8']);
const of = (peer: string | undefined, headers: Record<string, string> = {}) =>
  clientAddressFor(new Headers(headers), peer, trusts);

it.each([
  ['192.0.2.1', {}, '192.0.2.1'],
  ['::ffff:192.0.2.1', {}, '192.0.2.1'],
  ['fe80::1%eth0', {}, 'fe80::1'],
  [undefined, {}, undefined],
  ['192.0.2.1', { 'x-forwarded-for': '198.51.100.7' }, '192.0.2.1'],
  ['10.0.0.1', { 'x-forwarded-for': '198.51.100.7' }, '198.51.100.7'],
  ['10.0.0.1', { 'x-forwarded-for': '203.0.113.9, 198.51.100.7, 10.0.0.2' }, '198.51.100.7'],
  ['10.0.0.1', { 'x-forwarded-for': '198.51.100.7:4711' }, '198.51.100.7'],
  ['10.0.0.1', { forwarded: 'for=198.51.100.7;host=a, for=10.0.0.3' }, '198.51.100.7'],
  ['10.0.0.1', { forwarded: 'for="[2001:db8::1]:80"' }, '2001:db8::1'],
  ['10.0.0.1', { 'x-forwarded-for': '10.0.0.9, 10.0.0.2' }, '10.0.0.9'],
  ['10.0.0.1', { 'x-forwarded-for': '<script>' }, '10.0.0.1'],
  ['10.0.0.1', {}, '10.0.0.1'],
])('from %s with %j comes from %s', (peer, headers, address) => expect(of(peer, headers)).toBe(address));
