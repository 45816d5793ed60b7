/**
 * The fields that each type of search parameter leaves in a document. The projection fills them, the mapping
 * declares them, the compiler asks them: these names are said here once.
 */
import {
  SEARCH_PARAMETER_CODES,
  type SearchParameter,
  type StringParameter,
  searchParameter,
} from './parameters.ts';

/**
 * How Elasticsearch has to keep a field: `order` is sorted by, `words` and `grams` are texts that it splits at white space,
 * words without their places and grams with them (see `grams.ts`).
 */
export type FieldKind = 'order' | 'words' | 'grams' | 'long';

/**
 * The version of all this. An index of another version answers other questions: events in it would silently not be
 * found, so nothing is written to it.
 */
export const PROJECTION_VERSION = 7;

/**
 * All that is compared with a value or with its beginning, each as `termIn` writes it. One field and not one for each
 * parameter, because a field costs Elasticsearch more than a term does (docs/decisions/0029).
 *
 * The fields are those of the parameters. Ids and URIs are compared whole. A token has `code`, `system` and `token`, both
 * together, and in `text` what people read in its place, as a string. A string has `exact`, as it was written, and folded
 * (see `foldText`) `both` where both foldings are the same, else `spaced` and `solid`. A reference has `url`, every form
 * that names the target; `id`, the logical id, with `base#` before it where absolute; in `identifier` its business
 * identifiers, as a token, and in `typed` the same with the target's type before them. Where only one type counts, there is
 * no `typed`, and no `id`: its URL has both.
 */
export const TERMS_FIELD = 'terms';

/** The term of a value in a field: no name of a field has `=` in it. */
export function termIn(field: string, value: string): string {
  return `${field}=${value}`;
}

/** The event itself, verbatim, never indexed. */
export const EVENT_FIELD = 'event';

/** Its size in UTF-8 bytes: how much a page has is known before a single event of it is read. */
export const SIZE_FIELD = 'bytes';

/** Under it, among the terms, the codes of the parameters for which the event has no value: they are the fewer. */
export const MISSING_FIELD = 'missing';

/** The content digest of the event, by which a second writing is told from a conflict. */
export const DIGEST_FIELD = 'digest';

/**
 * Fields of a document beside those of the parameters: what the record's headers said, to the letter. Not indexed: kept
 * to be read, and to make the document again for another version of the projection.
 */
export const ENVELOPE_FIELDS = {
  digest: DIGEST_FIELD,
  received: 'received',
  sender: 'received_from',
  senderId: 'sender_id_sent',
  senderLastUpdated: 'sender_last_updated',
  senderVersionId: 'sender_version_id',
} as const;

/**
 * The beginning of a digest of the projection, as the indexer made it: what of it is only indexed can't be read back, and
 * is known by this to be what it should be.
 */
export const PROJECTED_FIELD = 'projected';

/** What `:contains` looks in: the grams of a folded value, those that are the same in both foldings under `both`. */
const GRAMS = { both: 'grams', spaced: 'grams', solid: 'grams' } as const;

/** The grams of all parameters. */
export const GRAMS_FIELD = 'grams';

/** The names of requestors are values of both these fields: their grams stand once, under a name of their own. */
export const SHARING_GRAMS: readonly [string, string] = ['agent_name', 'user'];
export const SHARED_GRAMS = 'requestor_name';

/** Where the grams of a parameter's values are. */
export function gramsFields({ field }: StringParameter): readonly string[] {
  return SHARING_GRAMS.includes(field) ? [field, SHARED_GRAMS] : [field];
}

/** A field, or the fields of an object. */
export type Fields = { readonly [name: string]: FieldKind | Fields };

/** The fields of a document beside its terms, the event and its envelope. */
export function projectedFields(): Fields {
  const fields: Record<string, FieldKind | Fields> = {};
  const grams: Record<string, Fields> = { [SHARED_GRAMS]: GRAMS };
  for (const code of SEARCH_PARAMETER_CODES) {
    const parameter = searchParameter(code);
    const { field } = parameter;
    if (parameter.type === 'date') fields[field] = { micros: 'long' };
    else if (parameter.type === 'words') fields[field] = 'words';
    else if (sortField(parameter) !== undefined) fields[field] = 'order';
    if (parameter.type === 'string') grams[field] = GRAMS;
  }
  return { ...fields, [GRAMS_FIELD]: grams };
}

/** The field by which a parameter sorts; undefined for what has no order. */
export function sortField(parameter: SearchParameter): string | undefined {
  const { field } = parameter;
  switch (parameter.type) {
    case 'id':
    case 'uri':
    case 'token':
      return field;
    case 'string':
      return parameter.unsorted === true ? undefined : field;
    case 'date':
      return `${field}.micros`;
    case 'reference':
    case 'words':
      return undefined;
  }
}

/**
 * The term of a system and a code, in the form of a search value: `system|code`, `|code` without a system. Escaped in the
 * system, because a code may have a bar as well and no two tokens may be one. `code` is as it is compared.
 */
export function tokenTerm(system: string | undefined, code: string): string {
  return `${system?.replace(/[\\|]/g, '\\$&') ?? ''}|${code}`;
}

/** A term of an identifier, with the type of the target that it identifies. A type has no blanks. */
export function typedTerm(type: string, term: string): string {
  return `${type} ${term}`;
}
