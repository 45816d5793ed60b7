/**
 * Whose word about where a request came in counts: the addresses of the proxies in front. Nobody's by default, as
 * anybody can send the headers.
 */
import { BlockList, isIP } from 'node:net';

/** Whether a peer of this address is one of ours. */
export type TrustedProxies = (address: string | undefined) => boolean;

/** An IPv4 address that came to an IPv6 socket. */
const MAPPED = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})(\/\d{1,3})?$/i;
const MAPPED_PREFIX_BITS = 96;

/** Addresses and networks, as `isAddressOrNetwork` takes them. */
export function trustedProxies(list: readonly string[]): TrustedProxies {
  const trusted = new BlockList();
  for (const item of list) {
    const { address, bits } = parsed(item);
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, bits, family);
  }
  return (address) => {
    if (address === undefined || list.length === 0) return false;
    const plain = parsed(address.split('%', 1)[0] ?? '').address;
    const version = isIP(plain);
    return version !== 0 && trusted.check(plain, version === 6 ? 'ipv6' : 'ipv4');
  };
}

/** `10.0.0.1`, `10.0.0.0/8`, `fd00::/8`. */
export function isAddressOrNetwork(text: string): boolean {
  const { address, bits } = parsed(text);
  const version = isIP(address);
  if (version === 0 || address.includes('%')) return false;
  if (!text.includes('/')) return true;
  return bits !== undefined && bits >= 0 && bits <= (version === 6 ? 128 : 32);
}

/** The address, an IPv4-mapped one as IPv4, and the bits of the network where it is one. */
function parsed(text: string): { address: string; bits: number | undefined } {
  const mapped = MAPPED.exec(text);
  const [address = '', length] = (mapped === null ? text : `${mapped[1]}${mapped[2] ?? ''}`).split('/');
  const bits = length !== undefined && /^\d{1,3}$/.test(length) ? Number(length) : undefined;
  return {
    address,
    bits: bits === undefined || mapped === null ? bits : bits - MAPPED_PREFIX_BITS,
  };
}
