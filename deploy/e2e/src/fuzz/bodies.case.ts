/** The body of a request: what a schema allows, that with one place changed, or a text that is none of it. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { changedOf } from './changed.case.ts';
import type { Definitions, DescribedOperation } from './described-api.ts';
import { mostly, oneOf } from './odds.case.ts';
import type { Known } from './requests.case.ts';
import { textOf, valuesOf } from './schema-values.case.ts';

export type Body = {
  readonly bytes: Buffer | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** What it says, where it is written as what it says it is. */
  readonly sent: { readonly media: string; readonly value: unknown } | undefined;
  readonly isPlain: boolean;
};

const NO_BODY: Body = { bytes: undefined, headers: {}, sent: undefined, isPlain: true };

const MEDIA = [
  ...[
    'application/json',
    'application/fhir+json',
    'application/x-ndjson',
    'application/x-www-form-urlencoded',
  ],
  ...[
    'text/plain',
    'application/json; charset=utf-16',
    'application/fhir+json; fhirVersion=5.0',
    'x',
    '/',
    ';',
  ],
  ...['text/json; charset="UTF-8"', 'multipart/form-data; boundary=x', 'application/xml'],
];

export function bodyOf(
  operation: DescribedOperation,
  definitions: Definitions,
  { auditEvents }: Known,
): fc.Arbitrary<Body> {
  const bodies = [...operation.bodies].map(([media, schema = {}]) => {
    const isForm = media.endsWith('urlencoded');
    const isLines = media.endsWith('ndjson');
    const described = isLines
      ? fc.array(fc.oneof(valuesOf({ $ref: '#/$defs/SentEvent' }, definitions)), {
          minLength: 1,
          maxLength: 4,
        })
      : valuesOf(schema, definitions);
    const real = operation.path.endsWith('AuditEvent') || operation.path.endsWith('release');
    const usual = real ? fc.oneof(described, oneOf(...auditEvents)) : described;
    const value = fc.oneof(usual, usual.chain(changedOf));
    return mostly(
      value.map((one) =>
        bodyAs(media, isForm ? formText(one) : isLines ? linesText(one) : jsonText(one), one),
      ),
      fc
        .tuple(value, oneOf(...MANGLERS), mostly(oneOf(media), oneOf(...MEDIA), 2), oneOf(false, false, true))
        .map(([one, mangle, as, zipped]) =>
          mangled(isForm ? formText(one) : jsonText(one), mangle, as, zipped),
        ),
      4,
    );
  });
  if (bodies.length === 0) return fc.constant(NO_BODY);
  return operation.isBodyRequired ? fc.oneof(...bodies) : fc.oneof(fc.constant(NO_BODY), ...bodies);
}

const jsonText = (value: unknown): string => JSON.stringify(value) ?? '';

function linesText(value: unknown): string {
  // What was taken out of a list is null in JSON.
  const plain = JSON.parse(jsonText(value) || 'null') as unknown;
  return (Array.isArray(plain) ? plain : [plain]).map((one) => `${jsonText(one)}\n`).join('');
}

function formText(value: unknown): string {
  const members =
    typeof value === 'object' && value !== null ? Object.entries(value) : [['', value] as const];
  const pairs = members.flatMap(([name, one]): [string, string][] =>
    [one].flat().map((each) => [name, textOf(each).toWellFormed()]),
  );
  return String(new URLSearchParams(pairs));
}

function bodyAs(media: string, text: string, value: unknown): Body {
  return {
    bytes: Buffer.from(text),
    headers: { 'content-type': media },
    sent: { media, value },
    isPlain: true,
  };
}

type Mangle = (text: string) => string | Buffer;

const MANGLERS: readonly Mangle[] = [
  (text) => text,
  (text) => text.slice(0, Math.floor(text.length / 2)),
  (text) => `${text}${text}`,
  (text) => `\ufeff${text}`,
  (text) => `[${text},${text}]`,
  (text) => text.replace('{', '{"org_id":"a","org_id":"b","resourceType":"AuditEvent",'),
  (text) => text.replace(/:"/, ':"\\ud800'),
  (text) => text.replace(/:"[^"]*"/, ':NaN'),
  (text) => text.replace(/\d+/, '1e999'),
  (text) => `${'['.repeat(500)}${text}${']'.repeat(500)}`,
  (text) => Buffer.concat([Buffer.from(text), Buffer.from([0xff, 0xfe])]),
  (text) => Buffer.from(text, 'utf16le'),
  () => '',
  () => ' \n\n',
  () => 'null',
  () => `{${Array.from({ length: 1500 }, (_, n) => `"a${n}":${n}`).join()}}`,
];

function mangled(text: string, mangle: Mangle, media: string, zipped: boolean): Body {
  const bytes = Buffer.from(mangle(text) as string);
  return {
    bytes: zipped ? gzipSync(bytes) : bytes,
    headers: { 'content-type': media, ...(zipped && { 'content-encoding': 'gzip' }) },
    sent: undefined,
    isPlain: false,
  };
}
