/**
 * What a client takes and sends: JSON of R4, the only format there is (R4 http.html#mime-type), and its preferences
 * (RFC 7240). `_format` decides where it is given, otherwise `Accept`. What can't be answered as asked is a 406, never
 * JSON in place of XML, never R4 in place of R5.
 */
import { issue } from '@auditbox/fhir-core';
import type { MiddlewareHandler } from 'hono';
import { outcomeResponse } from './fhir-response.ts';
import { type Parameter, parameterOf, splitUnquoted, valueWithParameters } from './header-value.ts';

const FHIR_TYPE = 'application/fhir+json';
const JSON_TYPES: readonly string[] = [FHIR_TYPE, 'application/json', 'text/json'];
/** R4 allows the short name in `_format`; in `Accept` it is no media type, and clear all the same. */
const SHORT_NAME = 'json';
/** From the least exact; `*` is what Java's URLConnection sends. */
const WILDCARDS: readonly string[] = ['*', '*/*', 'application/*'];

/** `fhirVersion` of R4 (R4 http.html#version-parameter). */
const FHIR_VERSION = '4.0';
const CHARSETS: readonly string[] = ['utf-8', 'utf8'];

/** RFC 9110, section 12.4.2, and `.2`, which is seen in the wild. */
const WEIGHT = /^(?:[01]|[01]?\.\d{0,3})$/;

/** Answers 406 to a request whose URL or `Accept` asks for another format than JSON. */
export const acceptsJson: MiddlewareHandler = async (c, next) => {
  const formats = c.req.queries('_format') ?? [];
  return refuseFormat(formats, c.req.header('accept')) ?? (await next());
};

/** The 406 for a client that takes no JSON. Each of `formats` that is not empty has to be JSON. */
export function refuseFormat(formats: readonly string[], accept: string | undefined): Response | undefined {
  const asked = formats.filter((format) => format !== '');
  const takes = asked.length > 0 ? asked.every(isJsonFormat) : acceptable(accept ?? '');
  if (takes) return undefined;
  const diagnostics = `The only format is ${FHIR_TYPE} in UTF-8 with fhirVersion ${FHIR_VERSION}.`;
  return outcomeResponse(406, [issue({ code: 'not-supported', diagnostics })]);
}

/** Whether a body of this Content-Type is JSON of R4 in UTF-8. */
export function isJsonContentType(header: string | null | undefined): boolean {
  if (header === FHIR_TYPE) return true;
  const { value, parameters } = valueWithParameters(header ?? '');
  return JSON_TYPES.includes(value) && answerable(parameters);
}

export type Prefer = {
  readonly return: 'minimal' | 'representation' | 'OperationOutcome' | undefined;
  readonly handling: 'strict' | 'lenient' | undefined;
};

const RETURNS = ['minimal', 'representation', 'OperationOutcome'] as const;
const HANDLINGS = ['strict', 'lenient'] as const;

const NOTHING_PREFERRED: Prefer = { return: undefined, handling: undefined };

/** The client's preferences. Of one that is given twice the first counts (RFC 7240, section 2); unknown ones do not. */
export function preferOf(request: Request): Prefer {
  const header = request.headers.get('prefer');
  if (header === null) return NOTHING_PREFERRED;
  const given = new Map<string, string>();
  for (const preference of splitUnquoted(header, ',')) {
    const { name, value } = parameterOf(splitUnquoted(preference, ';')[0] ?? '');
    if (!given.has(name)) given.set(name, value.toLowerCase());
  }
  const among = <Value extends string>(name: string, values: readonly Value[]): Value | undefined =>
    values.find((value) => value.toLowerCase() === given.get(name));
  return { return: among('return', RETURNS), handling: among('handling', HANDLINGS) };
}

/** Whether the URL asks for JSON that a person can read: `_pretty=true`, or `_pretty` alone. */
export function prettyOf({ url }: Request): boolean {
  if (!url.includes('?')) return false;
  const value = new URL(url).searchParams.get('_pretty');
  return value === 'true' || value === '';
}

/** A plus sign that was not percent-encoded arrives as a space. */
function isJsonFormat(format: string): boolean {
  const { value, parameters } = valueWithParameters(format);
  const type = value.replace(' ', '+');
  return (type === SHORT_NAME || JSON_TYPES.includes(type)) && answerable(parameters);
}

/**
 * The most exact range decides (RFC 9110, section 12.5.1). What can't be read as a range does not count; where nothing
 * else is there it is as if the client took nothing we have.
 */
function acceptable(accept: string): boolean {
  if (accept === '' || accept === FHIR_TYPE) return true;
  const ranges = splitUnquoted(accept, ',').map(rangeOf);
  if (ranges.length === 0) return accept.trim() === '';
  const named = ranges.filter(({ type }) => type === SHORT_NAME || JSON_TYPES.includes(type));
  if (named.some(({ wanted }) => wanted)) return true;
  if (named.some(({ type, answerable }) => type === FHIR_TYPE && answerable)) return false;
  const wildcard = WILDCARDS.findLast((name) => ranges.some(({ type }) => type === name));
  return ranges.some(({ type, wanted }) => type === wildcard && wanted);
}

type Range = { readonly type: string; readonly answerable: boolean; readonly wanted: boolean };

/** A weight that can't be read counts as none: the range is named, so it is wanted. */
function rangeOf(text: string): Range {
  const { value, parameters } = valueWithParameters(text);
  const weight = parameters.find(({ name }) => name === 'q')?.value ?? '1';
  const isAnswerable = answerable(parameters);
  const isZero = WEIGHT.test(weight) && Number(weight) === 0;
  return { type: value, answerable: isAnswerable, wanted: isAnswerable && !isZero };
}

/** Whether the parameters leave our representation: R4 in UTF-8. Others say nothing about it. */
function answerable(parameters: readonly Parameter[]): boolean {
  return parameters.every(({ name, value }) => {
    if (name === 'charset') return CHARSETS.includes(value.toLowerCase());
    return name !== 'fhirversion' || value === FHIR_VERSION;
  });
}
