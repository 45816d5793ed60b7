/**
 * Where a request comes from, for the trail of who read the trail: the peer, or, where that is a trusted proxy, whom it
 * names in `X-Forwarded-For` or `Forwarded` (RFC 7239).
 */
import { isIP } from 'node:net';
import { withoutPort } from './base-url.ts';
import { parameterOf, splitUnquoted } from './header-value.ts';
import type { TrustedProxies } from './trusted-proxies.ts';

/**
 * Where a request that came from `peer` was sent: the last address that no trusted proxy has. What is no address is
 * nobody's word.
 */
export function clientAddressFor(
  headers: Headers,
  peer: string | undefined,
  trusts: TrustedProxies,
): string | undefined {
  if (!trusts(peer)) return plainAddress(peer);
  const listed = headers.has('x-forwarded-for')
    ? splitUnquoted(headers.get('x-forwarded-for') ?? '', ',')
    : splitUnquoted(headers.get('forwarded') ?? '', ',').map(forOf);
  const farthest = listed.findLast((address) => !trusts(withoutPort(address))) ?? listed[0];
  return plainAddress(farthest === undefined ? undefined : withoutPort(farthest)) ?? plainAddress(peer);
}

function forOf(element: string): string {
  const said = splitUnquoted(element, ';').map(parameterOf);
  return said.find(({ name }) => name === 'for')?.value ?? '';
}

/** Without a zone, an IPv4 address that came to an IPv6 socket as IPv4. */
function plainAddress(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  // Of most there is nothing to take away.
  const plain = /[:%]/.test(address)
    ? address.split('%', 1)[0]!.replace(/^::ffff:(?=\d{1,3}\.)/i, '')
    : address;
  return isIP(plain) !== 0 ? plain : undefined;
}

/** What hands the address on to a service that trusts us. */
export function forwardedFor(address: string | undefined): Record<string, string> {
  return address === undefined ? {} : { 'x-forwarded-for': address };
}
