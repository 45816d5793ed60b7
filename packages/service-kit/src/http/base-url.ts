/**
 * The base of the API as the client of a request sees it. It is the configured one; a trusted proxy may say another
 * with `X-Forwarded-Host`, `-Proto`, `-Port` and `-Prefix`, or with `Forwarded` (RFC 7239). What it says counts whole
 * or not at all: links are made from it, so each part has to be what it claims to be.
 */
import { parameterOf, splitUnquoted } from './header-value.ts';
import type { TrustedProxies } from './trusted-proxies.ts';

export const FORWARDED_HEADERS = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-prefix',
  'x-forwarded-proto',
] as const;

const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;
const PORT = /^\d{1,5}$/;
const PORT_MAX = 65_535;
const PREFIX = /^\/[A-Za-z0-9._~/-]{0,199}$/;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443' };

/** Without the slash at its end. */
export function plainBaseUrl(url: string): string {
  return url.endsWith('/') ? plainBaseUrl(url.slice(0, -1)) : url;
}

/** The path of a base, empty where it has none. */
export function basePathOf(baseUrl: string): string {
  return baseUrl === '' ? '' : plainBaseUrl(new URL(baseUrl).pathname);
}

/**
 * A request's path below the base: at `/…` as at `[base path]/…`, with or without a slash at its end. So a proxy may
 * take the base path off or leave it on.
 */
export function pathBelowBase(path: string, basePath: string): string {
  const below = path === basePath || path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : path;
  const plain = below.endsWith('/') ? below.slice(0, -1) : below;
  return plain === '' ? '/' : plain;
}

/** The base for a request that came from `peer`. */
export function baseUrlFor(
  headers: Headers,
  peer: string | undefined,
  configured: string,
  trusts: TrustedProxies,
): string {
  if (!trusts(peer)) return configured;
  return baseFrom(forwardedOf(headers, trusts), configured) ?? configured;
}

/** What hands a base on to a service that trusts us. */
export function forwardedHeaders(baseUrl: string): Record<string, string> {
  const { protocol, host, pathname } = new URL(baseUrl);
  return {
    'x-forwarded-proto': protocol.slice(0, -1),
    'x-forwarded-host': host,
    'x-forwarded-prefix': pathname,
  };
}

type Forwarded = {
  readonly host?: string | undefined;
  readonly proto?: string | undefined;
  readonly port?: string | undefined;
  readonly prefix?: string | undefined;
};

/**
 * What the proxies said. `X-Forwarded-*` counts before `Forwarded`: a proxy that writes the former passes the latter on
 * as the client sent it. Each proxy adds at the right, so of several values the one that the farthest trusted proxy
 * wrote counts, never one to the left of it.
 */
function forwardedOf(headers: Headers, trusts: TrustedProxies): Forwarded {
  const list = (name: string): string[] => splitUnquoted(headers.get(name) ?? '', ',');
  if (headers.has('x-forwarded-host')) {
    const hops = trustedHops(list('x-forwarded-for'), trusts);
    const said = (name: string): string | undefined => {
      const values = list(`x-forwarded-${name}`);
      return values[Math.max(0, values.length - hops)];
    };
    return { host: said('host'), proto: said('proto'), port: said('port'), prefix: said('prefix') };
  }
  const elements = list('forwarded').map(
    (element) =>
      new Map(
        splitUnquoted(element, ';')
          .map(parameterOf)
          .map(({ name, value }) => [name, value]),
      ),
  );
  const hops = trustedHops(
    elements.map((element) => element.get('for') ?? ''),
    trusts,
  );
  const element = elements[Math.max(0, elements.length - hops)];
  return { host: element?.get('host'), proto: element?.get('proto') };
}

/** The peer and, from the right, every proxy that it or a trusted one before it names and that is trusted too. */
function trustedHops(addresses: readonly string[], trusts: TrustedProxies): number {
  const firstUntrusted = addresses.findLastIndex((address) => !trusts(withoutPort(address)));
  return addresses.length - firstUntrusted;
}

/** `10.0.0.1:80` and `[fd00::1]:80` without port and brackets (RFC 7239, section 6). */
export function withoutPort(node: string): string {
  if (node.startsWith('[')) return node.slice(1).split(']', 1)[0] ?? '';
  return node.split(':').length === 2 ? (node.split(':', 1)[0] ?? '') : node;
}

function baseFrom({ host, proto, port, prefix }: Forwarded, configured: string): string | undefined {
  const own = new URL(configured);
  const scheme = (proto ?? own.protocol.slice(0, -1)).toLowerCase();
  const path = prefix ?? own.pathname;
  if (host === undefined || !HOST.test(host) || DEFAULT_PORTS[scheme] === undefined) return undefined;
  if (port !== undefined && (!PORT.test(port) || Number(port) < 1 || Number(port) > PORT_MAX))
    return undefined;
  if (
    !PREFIX.test(path) ||
    path.includes('//') ||
    path.split('/').some((part) => part === '.' || part === '..')
  )
    return undefined;
  const hasPort = /:\d+$/.test(host);
  const suffix = hasPort || port === undefined || port === DEFAULT_PORTS[scheme] ? '' : `:${port}`;
  const base = `${scheme}://${host}${suffix}${plainBaseUrl(path)}`;
  return URL.canParse(base) ? base : undefined;
}
