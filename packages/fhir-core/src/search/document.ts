/**
 * The fields that each type of search parameter leaves in a document. The projection fills them, the mapping
 * declares them, the compiler asks them: these names are said here once.
 */
import type { SearchParameter, SearchParameterCode } from './parameters.ts';

/** How Elasticsearch has to keep a field. */
export type FieldKind = 'keyword' | 'date' | 'long';

/** The event itself, verbatim, never indexed. */
export const EVENT_FIELD = 'event';

/** The codes of the parameters for which the event has a value: what `:missing` and `:not` ask. */
export const PRESENT_FIELD = 'present';

/** The content digest of the event, by which a second writing is told from a conflict. */
export const DIGEST_FIELD = 'digest';

/** Fields of a document beside those of the parameters. Not indexed: kept to be read. */
export const ENVELOPE_FIELDS = {
  digest: DIGEST_FIELD,
  sender: 'sender',
  received: 'received',
  senderLastUpdated: 'sender_last_updated',
  senderVersionId: 'sender_version_id',
} as const;

/** Sub-fields by parameter type; a type with none is one field of its own. */
export const SUB_FIELDS = {
  /** `code` compares the code alone, `token` system and code, `system` any code of a system. */
  token: { code: 'keyword', token: 'keyword', system: 'keyword' },
  /** `url` has every form that names the target; `id` the logical id, with `base#` before it where absolute. */
  reference: { url: 'keyword', id: 'keyword' },
  /** `at` sorts (milliseconds); `from` and `to` compare (microseconds, both ends included). */
  date: { at: 'date', from: 'long', to: 'long' },
} as const satisfies Partial<Record<SearchParameter['type'], Record<string, FieldKind>>>;

/** Values of one parameter in a document. */
export type Projected =
  | string
  | readonly string[]
  | {
      readonly code: readonly string[];
      readonly token: readonly string[];
      readonly system: readonly string[];
    }
  | { readonly url: readonly string[]; readonly id: readonly string[] }
  | { readonly at: number; readonly from: string; readonly to: string };

/** What an event leaves in its document to be found by. */
export type Projection = {
  readonly present: readonly SearchParameterCode[];
  readonly [field: string]: Projected;
};

/** The term of a system and a code, in the form of a search value: `system|code`, `|code` without a system. */
export function tokenTerm(system: string | undefined, foldedCode: string): string {
  return `${system ?? ''}|${foldedCode}`;
}
