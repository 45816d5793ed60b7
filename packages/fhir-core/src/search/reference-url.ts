/**
 * What a literal reference says, in one form for all its spellings. Producers write what R4
 * (references.html#literal) does not allow, `Reference.reference` is a string to R4, and all of it is taken with
 * a 201: so whatever names a resource is read as one. Types that FHIR does not know (`Client/x`, as Aidbox
 * writes) are ordinary types. Projection and search read with this same function, so they always agree.
 */

export type ReferenceUrl =
  /** `Patient/123`, `http://ehr.example.org/fhir/Patient/123/_history/5`; `base` ends with a slash, empty where relative. */
  | {
      readonly kind: 'resource';
      readonly base: string;
      readonly type: string;
      readonly id: string;
      readonly version?: string;
    }
  /** `#id`: a contained resource. */
  | { readonly kind: 'contained'; readonly id: string }
  /** `urn:uuid:…`, an id alone, any other text: it is itself. */
  | { readonly kind: 'other'; readonly url: string };

/** What nearly all are; the rest of what is done to them would leave it as it is. */
const PLAIN = /^([A-Z][A-Za-z]{0,63})\/([^\s/?#]+)$/;
const TYPE = /^[A-Z][A-Za-z]{0,63}$/;
const ABSOLUTE = /^[\s/]*([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/is;
const PORT = /^(?:[^:]*|\[.*\]):(\d*)$/;
const SLASH = /[\s/]/;
/** A UUID or OID as URN, whose letters have no case (RFC 8141 for `urn:oid`, RFC 9562 for `urn:uuid`). */
const CASELESS_URN = /^[\s/]*urn:(?:uuid|oid):/i;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

/**
 * Reads a reference. An id is any text without `/`, `?` and `#`; case of scheme and host, a default port,
 * slashes at either end, query and fragment make no difference.
 */
export function parseReferenceUrl(text: string): ReferenceUrl {
  const [, plainType, plainId] = PLAIN.exec(text) ?? [];
  if (plainType !== undefined && plainId !== undefined) {
    return { kind: 'resource', base: '', type: plainType, id: plainId };
  }
  const { origin, rest } = splitOrigin(text.trim());
  const url = origin + rest;
  if (url.startsWith('#')) return { kind: 'contained', id: url.slice(1) };
  const end = rest.search(/[?#]/);
  let path = withoutSlashes(end < 0 ? rest : rest.slice(0, end));
  let [before, id] = splitLast(path);
  let version: string | undefined;
  const [beforeHistory, history] = splitLast(before);
  if (history === '_history') {
    version = id;
    path = beforeHistory;
    [before, id] = splitLast(path);
  }
  const [base, type] = splitLast(before);
  if (id === '' || !TYPE.test(type)) return { kind: 'other', url };
  return {
    kind: 'resource',
    base: origin === '' && base === '' ? '' : joined(origin, base),
    type,
    id,
    ...(version !== undefined && { version }),
  };
}

/** A base URL as `parseReferenceUrl` gives it: normalised, with one slash at its end. */
export function referenceBase(url: string): string {
  const { origin, rest } = splitOrigin(url.trim());
  return joined(origin, withoutSlashes(rest));
}

/** The unversioned form: `[base/]Type/id`. */
export function unversioned(url: {
  readonly base: string;
  readonly type: string;
  readonly id: string;
}): string {
  return `${url.base}${url.type}/${url.id}`;
}

/** The versioned form: `[base/]Type/id/_history/version`. */
export function versioned(url: Parameters<typeof unversioned>[0], version: string): string {
  return `${unversioned(url)}/_history/${version}`;
}

/** Whether a text that names no resource by type and id can be an id alone. */
export function isLogicalId(text: string): boolean {
  return text !== '' && !/[/?#]|^urn:/i.test(text);
}

/** What an id alone is compared with: the id, with its base before it where the reference is absolute. */
export function idTerm(base: string, id: string): string {
  return base === '' ? id : `${base}#${id}`;
}

/** `scheme://authority`, normalised (RFC 3986, section 6.2), and what follows; no origin where there is none. */
function splitOrigin(text: string): { readonly origin: string; readonly rest: string } {
  const match = ABSOLUTE.exec(text);
  if (match === null) return { origin: '', rest: CASELESS_URN.test(text) ? text.toLowerCase() : text };
  const [, scheme = '', authority = '', rest = ''] = match;
  const lowered = scheme.toLowerCase();
  const user = authority.slice(0, authority.lastIndexOf('@') + 1);
  const host = authority.slice(user.length).toLowerCase();
  const port = PORT.exec(host)?.[1];
  const isDefault = port !== undefined && (port === '' || Number(port) === DEFAULT_PORTS[lowered]);
  const shown = isDefault ? host.slice(0, -port.length - 1) : host;
  return { origin: `${lowered}://${user}${shown}`, rest };
}

function joined(origin: string, path: string): string {
  return path === '' ? `${origin}/` : origin === '' ? `${path}/` : `${origin}/${path}/`;
}

/** What is before the last slash, without slashes at its end, and what is after it. */
function splitLast(path: string): [before: string, last: string] {
  const at = path.lastIndexOf('/');
  return [at < 0 ? '' : withoutSlashes(path.slice(0, at)), path.slice(at + 1)];
}

/**
 * Without slashes and white space at either end. A loop, because a regexp for those at the end takes time in the
 * square of their number.
 */
function withoutSlashes(path: string): string {
  let start = 0;
  let end = path.length;
  while (start < end && SLASH.test(path[start] ?? '')) start++;
  while (end > start && SLASH.test(path[end - 1] ?? '')) end--;
  return path.slice(start, end);
}
