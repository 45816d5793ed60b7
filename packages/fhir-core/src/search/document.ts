/**
 * The fields that each type of search parameter leaves in a document. The projection fills them, the mapping
 * declares them, the compiler asks them: these names are said here once.
 */
import { type SearchParameter, type SearchParameterCode, searchParameter } from './parameters.ts';

/**
 * How Elasticsearch has to keep a field: `term` is compared, `order` sorted by, `sorted` both, `grams` are words in their
 * places (see `grams.ts`).
 */
export type FieldKind = 'term' | 'order' | 'sorted' | 'grams' | 'long';

/**
 * The version of all this. An index of another version answers other questions: events in it would silently not be
 * found, so nothing is written to it.
 */
export const PROJECTION_VERSION = 6;

/** The event itself, verbatim, never indexed. */
export const EVENT_FIELD = 'event';

/** Its size in UTF-8 bytes: how much a page has is known before a single event of it is read. */
export const SIZE_FIELD = 'bytes';

/** The codes of the parameters for which the event has a value: what `:missing` and `:not` ask. */
export const PRESENT_FIELD = 'present';

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

/** `code` compares the code alone, `token` system and code, `system` any code of a system. */
const TOKEN_FIELDS = { code: 'term', token: 'term', system: 'term' } as const;

/** A field, or the fields of an object. */
export type Fields = { readonly [name: string]: FieldKind | Fields };

/** By parameter type: one field of its own, or the sub-fields of its object. */
const FIELDS = {
  id: 'sorted',
  uri: 'sorted',
  words: 'term',
  /** `text` is what belongs to a code for people to read, folded as strings are. */
  token: { ...TOKEN_FIELDS, code: 'sorted', text: { spaced: 'term', solid: 'term' } },
  /**
   * `spaced` and `solid` are folded (see `foldText`) and have their grams, those that are the same in both under `both`
   * alone: their places are the most of what a name costs. `exact` is as it was written.
   */
  string: {
    spaced: 'sorted',
    solid: 'term',
    exact: 'term',
    grams: { both: 'grams', spaced: 'grams', solid: 'grams' },
  },
  /**
   * `url` has every form that names the target; `id` the logical id, with `base#` before it where absolute;
   * `identifier` its business identifiers, `typed` the same with the target's type before them.
   */
  reference: { url: 'term', id: 'term', identifier: TOKEN_FIELDS, typed: TOKEN_FIELDS },
  /** An instant: `micros` since 1970. */
  date: { micros: 'long' },
} as const satisfies Record<SearchParameter['type'], FieldKind | Fields>;

/** The fields of a parameter: those of its type, without what it has no use for. */
export function fieldsOf(code: SearchParameterCode): FieldKind | Fields {
  const parameter = searchParameter(code);
  // It is found by Elasticsearch's own `_id`.
  if (code === '_id') return 'order';
  if (parameter.type === 'string' && parameter.unsorted === true) return { ...FIELDS.string, spaced: 'term' };
  return FIELDS[parameter.type];
}

export type TokenTerms = {
  readonly code: readonly string[];
  readonly token: readonly string[];
  readonly system: readonly string[];
};

/** The two foldings of texts, each value apart. */
export type FoldedTerms = { readonly spaced: readonly string[]; readonly solid: readonly string[] };

/** The same with what is of both foldings once. */
export type SharedTerms = FoldedTerms & { readonly both: readonly string[] };

/** Values of one parameter in a document. */
export type Projected =
  | string
  | readonly string[]
  | (TokenTerms & { readonly text: FoldedTerms })
  | (FoldedTerms & { readonly exact: readonly string[]; readonly grams: SharedTerms })
  | {
      readonly url: readonly string[];
      readonly id: readonly string[];
      readonly identifier: TokenTerms;
      readonly typed: TokenTerms;
    }
  | { readonly micros: string };

/** What an event leaves in its document to be found by. */
export type Projection = {
  readonly present: readonly SearchParameterCode[];
  readonly [field: string]: Projected;
};

/** The field by which a parameter sorts; undefined for what has no order. */
export function sortField(parameter: SearchParameter): string | undefined {
  const { field } = parameter;
  switch (parameter.type) {
    case 'id':
    case 'uri':
      return field;
    case 'token':
      return `${field}.code`;
    case 'string':
      return parameter.unsorted === true ? undefined : `${field}.spaced`;
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
