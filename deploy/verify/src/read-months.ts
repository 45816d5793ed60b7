/** What is said of months and generations, beside the events: which months were dropped, and whose indices are read. */
import { indexPatterns, PROJECTION_VERSION, writtenMonth, writtenPatterns } from '@auditbox/fhir-core';
import type { Client } from '@elastic/elasticsearch';
import { translated } from './stored-documents.ts';

export type Months = {
  readonly dropped: ReadonlySet<string>;
  /** The projection whose indices are read; undefined where nothing was ever written. */
  readonly generation: number | undefined;
  /** Whether this release's indices are those that are read, and lack nothing that a rebuild is still to bring. */
  readonly isRead: boolean;
};

/** As many as a search gives: the states of months, which of them each rebuild has copied, and the generation. */
const DOCUMENTS_MAX = 10_000;

type Entry = { readonly state?: unknown; readonly projection?: unknown };

/** @throws ElasticError */
export async function readMonths(client: Client, indexPrefix: string): Promise<Months> {
  const { hits } = await translated(() =>
    client.search<Entry>({
      index: `${indexPrefix}-months`,
      ignore_unavailable: true,
      allow_partial_search_results: false,
      size: DOCUMENTS_MAX,
    }),
  );
  const dropped = hits.hits.filter(({ _source }) => _source?.state === 'dropped').map(({ _id = '' }) => _id);
  const current = hits.hits.find(({ _id }) => _id === 'generation')?._source?.projection;
  const generation = typeof current === 'number' ? current : undefined;
  const hasBegun = hits.hits.some(({ _id }) => _id === `rebuild-v${PROJECTION_VERSION}`);
  const isRead = generation === PROJECTION_VERSION || (generation === undefined && !hasBegun);
  return { dropped: new Set(dropped), generation, isRead };
}

/** The indices that this release writes to and no search finds: their months have no alias, or more than one index. */
export async function unreadIndices(client: Client, indexPrefix: string): Promise<Set<string>> {
  const aliases = await translated(() =>
    client.indices.getAlias({
      index: [...writtenPatterns(indexPrefix), ...indexPatterns(indexPrefix)],
      allow_no_indices: true,
    }),
  );
  const unread = Object.entries(aliases).flatMap(([index, { aliases: names }]) => {
    const written = writtenMonth(index, indexPrefix);
    if (written?.projection !== PROJECTION_VERSION) return [];
    return `${indexPrefix}-${written.month}` in names ? [] : [index];
  });
  return new Set(unread);
}
