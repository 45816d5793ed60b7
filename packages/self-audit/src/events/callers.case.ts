/** Callers and requests to build events from: usual ones, and whatever can be thought of. */
import type { Caller } from '@auditbox/service-kit';
import fc from 'fast-check';
import type { LogUse } from './log-used.ts';
import type { Origin } from './origin.ts';
import type { Refusal } from './refused.ts';

export const ORIGIN: Origin = { service: 'query', baseUrl: 'https://audit.example.org/fhir' };

export const USER: Caller = {
  issuer: 'https://idp.example.org/realms/auditbox',
  client: 'viewer',
  subject: '35fb1058-7f36-415b-b862-677a37c95f35',
  username: 'jsmith',
  tokenId: 'C187CC480FAC40A0936902D8BC324F5F',
  permissions: new Set(['read', 'search']),
  claims: {},
};

export const KEY: Caller = {
  issuer: 'urn:auditbox:api-key',
  client: 'aidbox',
  permissions: new Set(['create']),
  claims: {},
};

export const SEARCH: LogUse = {
  caller: USER,
  clientAddress: '192.0.2.7',
  requestId: 'cc6d168e-5871-11ec-bf63-0242ac130002',
  interaction: 'search-type',
  method: 'GET',
  path: '/AuditEvent?patient=Patient/ex-patient&_sort=-date',
  routed: '/AuditEvent',
  status: 200,
};

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 600 }),
  fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\0', '\u0085', '\ud800', '\udc00', '💥', 'a') }),
);
const optional = fc.option(anyText, { nil: undefined });

const caller: fc.Arbitrary<Caller> = fc
  .record({ issuer: anyText, client: anyText, subject: optional, username: optional, tokenId: optional })
  .map(({ issuer, client, ...rest }) => {
    const given = Object.fromEntries(Object.entries(rest).filter(([, text]) => text !== undefined));
    return { issuer, client, ...given, permissions: new Set(), claims: {} };
  });

export const anyUse: fc.Arbitrary<LogUse> = fc.record({
  caller: fc.option(caller, { nil: undefined }),
  clientAddress: fc.oneof(optional, fc.ipV4(), fc.ipV6()),
  requestId: anyText,
  interaction: fc.constantFrom('read', 'vread', 'search-type', 'operation'),
  method: anyText,
  path: fc.oneof(
    anyText,
    anyText.map((text) => `/AuditEvent/${text}`),
  ),
  routed: anyText.map((text) => `/AuditEvent/${text}`),
  form: optional,
  status: fc.integer({ min: 200, max: 599 }),
});

export const anyRefusal: fc.Arbitrary<Refusal> = fc.record({
  reason: fc.constantFrom(
    'invalid',
    'expired',
    'unknown-key',
    'malformed',
    'other-scheme',
    'insufficient-scope',
  ),
  caller: fc.option(caller, { nil: undefined }),
  clientAddress: optional,
  requestId: anyText,
  route: anyText,
  missingScope: optional,
});
