/** What is said of months and generations, beside the events: which months were dropped, and whose indices are read. */
import { indexPatterns, PROJECTION_VERSION, writtenMonth, writtenPatterns } from '@auditbox/fhir-core';
import { ElasticError } from '@auditbox/indexer/elastic/errors';
import { monthsOf } from '@auditbox/indexer/elastic/months';
import type { Client } from '@elastic/elasticsearch';
import { translated } from './stored-documents.ts';

export type Months = {
  /** The months that were dropped, each with when that was, in milliseconds since 1970; NaN where nothing tells. */
  readonly dropped: DroppedMonths;
  /** The projection whose indices are read; undefined where nothing was ever written. */
  readonly generation: number | undefined;
  /** Whether this release's indices are those that are read, and lack nothing that a rebuild is still to bring. */
  readonly isRead: boolean;
};

export type DroppedMonths = ReadonlyMap<string, number>;

/** Any month: the generation is read with it. */
const ANY_MONTH = 'other';
const NOT_FOUND = 404;

/** @throws ElasticError */
export async function readMonths(client: Client, indexPrefix: string): Promise<Months> {
  const months = monthsOf(client, indexPrefix);
  try {
    const { generation } = await months.look(ANY_MONTH);
    const hasBegun = (await months.rebuild()) !== undefined;
    const dropped = [...(await months.list())].filter(([, { state }]) => state === 'dropped');
    return {
      dropped: new Map(dropped.map(([month, { at }]) => [month, Date.parse(at)])),
      generation,
      isRead: generation === PROJECTION_VERSION || (generation === undefined && !hasBegun),
    };
  } catch (error) {
    // No indexer has ever started here.
    if (error instanceof ElasticError && error.status === NOT_FOUND)
      return { dropped: new Map(), generation: undefined, isRead: true };
    throw error;
  }
}

/** The indices that this release writes to and no search finds: they lack the alias of their month. */
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
