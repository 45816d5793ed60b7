/** What of a request is in its path, its query and its headers: as it is described, and odd. */
import fc from 'fast-check';
import type { Definitions, DescribedParameter } from './described-api.ts';
import { mostly, oneOf } from './odds.case.ts';
import type { Known } from './requests.case.ts';
import { anyJson, textOf, valuesOf } from './schema-values.case.ts';

const ODD_SEGMENTS = '%00 %2Ex %2F a%20b %C3%A9 %F0%9F%98%80 %E0%A4%A % * :id _search'.split(' ');
const ODD_PAIRS = 'a=%FF % && = a _format=xml _format=json _pretty _count=0 _count=-1 _offset=99999'.split(
  ' ',
);
const SUFFIXES = ':missing :exact :not :Patient :x .identifier :'.split(' ');

export function pathValue(
  { schema }: DescribedParameter,
  definitions: Definitions,
  { ids }: Known,
): fc.Arbitrary<string> {
  const isId = schema.format === 'uuid' || schema.pattern !== undefined;
  const described = valuesOf(schema, definitions).map((value) => segmentOf(textOf(value)));
  const usual = isId ? fc.oneof(oneOf(...ids), described) : described;
  return mostly(
    usual,
    fc.oneof(
      oneOf(...ODD_SEGMENTS),
      anyJson.map((value) => segmentOf(textOf(value))),
    ),
  );
}

/** Never empty, nor what a URL would resolve: that is another path. */
function segmentOf(text: string): string {
  const plain = encodeURIComponent(text.toWellFormed())
    .slice(0, 300)
    .replace(/%[^%]?$/, '');
  return plain === '' || /^\.+$/.test(plain) ? 'x' : plain;
}

export type Query = { readonly text: string; readonly isPlain: boolean };

export function queryOf(
  parameters: readonly DescribedParameter[],
  definitions: Definitions,
): fc.Arbitrary<Query> {
  const pair = (name: string, value: unknown) =>
    `${encodeURIComponent(name)}=${encodeURIComponent(textOf(value).toWellFormed())}`;
  const described = parameters.map(({ name, schema }) =>
    valuesOf(schema, definitions).map((value) => [value].flat().map((one) => pair(name, one))),
  );
  const names = parameters.map(({ name }) => name);
  const odd = fc.oneof(
    fc.tuple(oneOf('x', '', ...names), anyJson).map(([name, value]) => pair(name, value)),
    fc
      .tuple(oneOf('x', ...names), oneOf(...SUFFIXES), oneOf('true', 'a'))
      .map(([name, suffix, value]) => `${name}${suffix}=${value}`),
    oneOf(...ODD_PAIRS),
  );
  const usual = described.length === 0 ? fc.constant([]) : fc.array(fc.oneof(...described), { maxLength: 3 });
  return mostly<Query>(
    usual.map((all) => ({ text: all.flat().join('&'), isPlain: true })),
    fc
      .tuple(usual, fc.array(odd, { minLength: 1, maxLength: 4 }))
      .map(([all, more]) => ({ text: [...all.flat(), ...more].join('&'), isPlain: false })),
    3,
  );
}

/** Beside what the document has: what clients and proxies send, and what they should not. */
const ODD_HEADERS = `accept: application/xml
accept: text/html, application/xhtml+xml
accept: application/fhir+json;fhirVersion=5.0
accept:
accept: *
accept: */*;q=0
accept: garbage;;q=x
accept-encoding: identity;q=0, *;q=0
auditbox-on-invalid: x
authorization: Basic YTpi
content-encoding: br
content-encoding: gzip
content-encoding: deflate
content-encoding: gzip, gzip
cookie: a=b
forwarded: host="
idempotency-key:
idempotency-key: "a"
idempotency-key: ${'x'.repeat(256)}
if-modified-since: yesterday
if-none-exist: identifier=1
if-none-match: "
if-none-match: *
if-none-match: W/"2", W/"1"
origin: null
prefer: handling=strict
prefer: return=minimal; x="
range: bytes=0-1
te: trailers
traceparent: x
user-agent:
user-agent: ${'\u00e9'.repeat(2000)}
x-forwarded-host: a b
x-http-method-override: DELETE
x-request-id: a b`
  .split('\n')
  .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const);

export type Headers = { readonly of: Readonly<Record<string, string>>; readonly isPlain: boolean };

export function headersOf(
  parameters: readonly DescribedParameter[],
  definitions: Definitions,
): fc.Arbitrary<Headers> {
  const described = parameters.map(({ name, schema }) =>
    valuesOf(schema, definitions).map((value) => [name.toLowerCase(), sendable(textOf(value))] as const),
  );
  const usual = described.length === 0 ? fc.constant([]) : fc.array(fc.oneof(...described), { maxLength: 2 });
  return mostly<Headers>(
    usual.map((all) => ({ of: Object.fromEntries(all), isPlain: true })),
    fc
      .tuple(usual, fc.array(oneOf(...ODD_HEADERS), { minLength: 1, maxLength: 3 }))
      .map(([all, more]) => ({ of: Object.fromEntries([...all, ...more]), isPlain: false })),
    3,
  );
}

/** Node sends nothing else in a header. */
function sendable(text: string): string {
  return text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '?');
}
