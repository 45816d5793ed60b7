/**
 * Settings that more than one service has. Where Auditbox has a name for one it is the name here too, so a site
 * keeps its settings when it switches.
 */
import { FormatRegistry, Type } from '@sinclair/typebox';
import { isAddressOrNetwork } from './http/trusted-proxies.ts';
import { listOf, setting } from './settings.ts';

const PORT_MAX = 65_535;

/** An http(s) URL without query or fragment. */
const URL_PATTERN = '^https?://[^\\s?#]+$';

export const binding = setting(
  'BINDING',
  Type.String({ default: '127.0.0.1', description: 'Address to listen on; `0.0.0.0` for all.' }),
);

export const port = (defaultPort: number) =>
  setting(
    'PORT',
    Type.Integer({
      default: defaultPort,
      minimum: 0,
      maximum: PORT_MAX,
      description: 'Port to listen on; 0 for any.',
    }),
  );

export const metricsPort = (defaultPort: number) =>
  setting(
    'AUDITBOX_METRICS_PORT',
    Type.Union([Type.Integer({ minimum: 0, maximum: PORT_MAX }), Type.Literal('off')], {
      default: defaultPort,
      description:
        'Port of `GET /metrics`, `/livez` and `/readyz`, on the same address and without TLS; 0 for any, `off` for none.',
    }),
  );

export const baseUrl = setting(
  'AUDITBOX_BASE_URL',
  Type.String({
    default: 'http://localhost:3002',
    pattern: URL_PATTERN,
    examples: 'https://audit.example.org/fhir',
    description:
      'The base of the API as clients see it: links, `Location`, and which absolute references are our own. Its path may stay on requests or be taken off by a proxy.',
  }),
);

export const requestsMax = (defaultMax: number) =>
  setting(
    'AUDITBOX_REQUESTS_MAX',
    Type.Integer({
      default: defaultMax,
      minimum: 1,
      maximum: 100_000,
      description:
        'Requests in hand at once, of those that send and those that read each; more are answered 503 with Retry-After.',
    }),
  );

const ADDRESS_OR_NETWORK = 'address-or-network';
FormatRegistry.Set(ADDRESS_OR_NETWORK, isAddressOrNetwork);

export const proxies = setting(
  'AUDITBOX_TRUSTED_PROXIES',
  listOf(Type.String({ format: ADDRESS_OR_NETWORK, examples: '10.0.0.0/8' }), {
    default: [],
    description:
      'Addresses and networks of proxies, separated by commas, whose `X-Forwarded-Host`, `-Proto`, `-Port`, `-Prefix` or `Forwarded` say the base of links in place of `AUDITBOX_BASE_URL`. They have to set or remove these headers themselves. Query: the gateway, if it has such proxies.',
  }),
);

export const logLevel = setting(
  'AUDITBOX_LOG_LEVEL',
  Type.Union([Type.Literal('off'), Type.Literal('debug'), Type.Literal('info'), Type.Literal('error')], {
    default: 'info',
    description: 'Least level that is logged: `off`, `debug`, `info` or `error`.',
  }),
);

export const stopDeadlineMs = setting(
  'AUDITBOX_STOP_DEADLINE_MS',
  Type.Integer({
    default: 25_000,
    minimum: 100,
    maximum: 600_000,
    description: 'Milliseconds that a graceful stop may take (Kubernetes kills after 30 s by default).',
  }),
);

export const drainMs = setting(
  'AUDITBOX_DRAIN_MS',
  Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 60_000,
    description:
      'Milliseconds of a stop in which `/readyz` says `stopping` and requests are still taken: as long as what routes them needs to send them elsewhere.',
  }),
);

/** What is wrong between the drain and the deadline of a stop. */
export function drainProblems(settings: Readonly<Record<'drainMs' | 'stopDeadlineMs', number>>): string[] {
  if (settings.drainMs < settings.stopDeadlineMs) return [];
  return [`${drainMs.name} is not less than ${stopDeadlineMs.name}: no time would be left to stop in.`];
}

/** RFC 6749, section 3: such a URL may have a query, never a fragment. */
const endpoint = (name: string, description: string) =>
  setting(
    name,
    Type.String({
      default: '',
      pattern: '^https?://[^\\s#]+$',
      examples: 'https://idp.example.org/oauth2/token',
      description,
    }),
  );

export const authorizeEndpoint = endpoint(
  'IDP_AUTHORIZE_ENDPOINT',
  'Where the identity provider lets a user authorize a client; named in the CapabilityStatement.',
);

export const tokenEndpoint = endpoint(
  'IDP_TOKEN_ENDPOINT',
  'Where the identity provider issues tokens; named in the CapabilityStatement.',
);
