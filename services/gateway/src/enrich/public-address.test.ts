import { describe, expect, it } from 'vitest';
import { publicAddress } from './public-address.ts';

describe('an address that is somebody’s', () => {
  it.each([
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '203.0.112.255',
    '223.255.255.255',
    '2001:200::1',
    '2001:4860:4860::8888',
    '2A00:1450::1',
    '3ffe::1',
  ])('is looked up as it is: %s', (address) => {
    expect(publicAddress(address)).toBe(address);
  });

  it('is looked up as IPv4 where it came as IPv4', () => {
    expect(publicAddress('::ffff:9.1.2.3')).toBe('9.1.2.3');
    expect(publicAddress('::FFFF:9.1.2.3')).toBe('9.1.2.3');
  });
});

describe('an address that is nowhere', () => {
  it.each([
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.1.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.255.255',
    '198.19.0.1',
    '198.51.100.1',
    '203.0.113.7',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:10.0.0.1',
    '::ffff:0901:203',
    '::9.1.2.3',
    '64:ff9b::901:203',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2001:DB8::1',
    '2002:901:203::1',
    '3fff:fff::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'ff02::1',
  ])('is not looked up: %s', (address) => {
    expect(publicAddress(address)).toBeUndefined();
  });
});
