/**
 * What a literal reference says: R4 (references.html#literal) has four shapes of it. Types that FHIR does not
 * know (`Client/x`, as Aidbox writes) are ordinary types.
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
  /** `urn:uuid:…`, a canonical, any other URL: it is itself. */
  | { readonly kind: 'other'; readonly url: string };

const RESOURCE =
  /^((?:https?:\/\/\S+?\/)?)([A-Z][A-Za-z]{0,63})\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/([A-Za-z0-9\-.]{1,64}))?$/;

export function parseReferenceUrl(url: string): ReferenceUrl {
  if (url.startsWith('#')) return { kind: 'contained', id: url.slice(1) };
  const match = RESOURCE.exec(url);
  if (match === null) return { kind: 'other', url };
  const [, base = '', type = '', id = '', version] = match;
  return { kind: 'resource', base, type, id, ...(version !== undefined && { version }) };
}

/** The unversioned form: `[base/]Type/id`. */
export function unversioned(url: {
  readonly base: string;
  readonly type: string;
  readonly id: string;
}): string {
  return `${url.base}${url.type}/${url.id}`;
}
