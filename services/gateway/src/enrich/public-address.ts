/**
 * Which addresses are somewhere: those that IANA gives to somebody (RFC 6890, and its registries of special-purpose
 * addresses). A private, loopback, link-local or documentation address is in everybody's network, so it has no place.
 */
import { BlockList, isIPv4 } from 'node:net';

/** An IPv4 address as a socket for both has it (RFC 4291, 2.5.5.2). */
const MAPPED = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;

/** iana-ipv4-special-registry, and multicast (RFC 5771). */
const NOWHERE_IPV4: readonly string[] = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // behind a carrier's NAT
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocols
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays, which are gone
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
];

/** What is global unicast at all (iana-ipv6-address-space), and what of it is not somebody's (its special registry). */
const GLOBAL_IPV6: readonly string[] = ['2000::/3'];
const NOWHERE_IPV6: readonly string[] = [
  '2001::/23', // protocols, Teredo among them
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4
  '3fff::/20', // documentation
];

const nowhereIpv4 = listed(NOWHERE_IPV4, 'ipv4');
const globalIpv6 = listed(GLOBAL_IPV6, 'ipv6');
const nowhereIpv6 = listed(NOWHERE_IPV6, 'ipv6');

/** The address as it is to be looked up, an IPv4-mapped one as IPv4; undefined where it is nowhere. */
export function publicAddress(text: string): string | undefined {
  const address = MAPPED.exec(text)?.[1] ?? text;
  if (isIPv4(address)) return nowhereIpv4.check(address, 'ipv4') ? undefined : address;
  return globalIpv6.check(address, 'ipv6') && !nowhereIpv6.check(address, 'ipv6') ? address : undefined;
}

function listed(networks: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), family);
  }
  return list;
}
