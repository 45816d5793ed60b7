/**
 * What a reference points at, as docs/decisions/0009 promises it: one resource however it is spelled (case of scheme
 * and host, default ports, slashes too many, query and fragment, `urn:uuid:` in either case), any id that has no
 * slash, any type that looks like one.
 */
import type { ReferenceValue } from '@auditbox/fhir-core';
import { elementsAt, isObject, type JsonObject, textsAt } from './kept.ts';

export type Target = {
  /** What it is, in any of the ways that it is said. */
  readonly types: readonly string[];
  readonly identifiers: readonly JsonObject[];
  readonly named: Named | undefined;
};

type Named =
  | {
      readonly is: 'resource';
      readonly base: string;
      readonly type: string;
      readonly id: string;
      readonly version?: string;
    }
  | { readonly is: 'text'; readonly text: string };

export function targetOf(reference: JsonObject, event: JsonObject): Target {
  const [written] = textsAt(reference, 'reference');
  const isLocal = written?.trim().startsWith('#') === true;
  const contained = isLocal
    ? elementsAt(event, 'contained').find((resource) => `#${textsAt(resource, 'id')[0]}` === written?.trim())
    : undefined;
  const named = written === undefined || isLocal ? undefined : namedBy(written);
  const types = [
    ...(named?.is === 'resource' ? [named.type] : []),
    ...textsAt(contained, 'resourceType'),
    ...textsAt(reference, 'type').map((type) => type.replace('http://hl7.org/fhir/StructureDefinition/', '')),
  ];
  const identifiers = [...elementsAt(reference, 'identifier'), ...elementsAt(contained, 'identifier')];
  return { types, identifiers: identifiers.filter(isObject), named };
}

/**
 * Whether a search value names it: by all of what was written, or as a resource of an id and, where one is asked for,
 * of a type that it is said to be of. Under any of `bases`, and relative, are the resources of one system.
 */
export function names(
  value: ReferenceValue,
  { named, types }: Target,
  bases: readonly string[],
  type?: string,
): boolean {
  if (named === undefined) return false;
  if (value.match === 'url') return named.is === 'text' && named.text === value.url;
  const { base, id, version } = named.is === 'text' ? { ...RELATIVE, id: named.text } : named;
  const asked = value.match === 'id' ? { ...RELATIVE, type, ...value } : { version: undefined, ...value };
  const own = ['', ...bases.map(baseOf)];
  return (
    id === asked.id &&
    (asked.type === undefined || types.includes(asked.type)) &&
    (asked.version === undefined || version === asked.version) &&
    (base === asked.base || (own.includes(base) && own.includes(asked.base)))
  );
}

/** An id alone is of this server. */
const RELATIVE = { base: '', version: undefined } as const;

function namedBy(written: string): Named {
  const text = written.trim();
  const { origin, path } = split(text);
  const segments =
    path
      .split(/[?#]/, 1)[0]
      ?.split('/')
      .filter((segment) => segment !== '') ?? [];
  const version = segments.at(-2) === '_history' ? segments.splice(-2)[1] : undefined;
  const [type, id] = segments.slice(-2);
  if (type !== undefined && id !== undefined && /^[A-Z][A-Za-z]*$/.test(type)) {
    const base = baseFrom(origin, segments.slice(0, -2));
    return { is: 'resource', base, type, id, ...(version !== undefined && { version }) };
  }
  return { is: 'text', text: /^urn:(uuid|oid):/i.test(text) ? text.toLowerCase() : `${origin}${path}` };
}

function baseOf(url: string): string {
  const { origin, path } = split(url);
  return baseFrom(
    origin,
    path.split('/').filter((segment) => segment !== ''),
  );
}

function baseFrom(origin: string, segments: readonly string[]): string {
  const parts = origin === '' ? segments : [origin, ...segments];
  return parts.map((part) => `${part}/`).join('');
}

/** `http://host` in lower case and without the port that it has anyway, and what follows. */
function split(text: string): { readonly origin: string; readonly path: string } {
  const [, scheme, host = '', path = ''] = /^([a-z]+):\/\/([^/]*)(.*)$/i.exec(text) ?? [];
  if (scheme === undefined) return { origin: '', path: text };
  const port = scheme.toLowerCase() === 'https' ? ':443' : ':80';
  const lower = host.toLowerCase();
  return {
    origin: `${scheme.toLowerCase()}://${lower.endsWith(port) ? lower.slice(0, -port.length) : lower}`,
    path,
  };
}
