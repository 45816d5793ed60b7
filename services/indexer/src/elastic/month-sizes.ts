/** How much there is of each month, in all generations: what an operator looks at before a month is let go. */
import type { Client } from '@elastic/elasticsearch';
import { elasticError } from './errors.ts';
import { allPatterns, monthOfIndex } from './month-of-index.ts';

export type MonthSize = { readonly indices: number; readonly documents: number; readonly bytes: number };

/** A closed index counts as an index, with nothing in it that could be counted. */
export async function monthSizes(client: Client, indexPrefix: string): Promise<Map<string, MonthSize>> {
  const sizes = new Map<string, MonthSize>();
  try {
    const found = await client.cat.indices({
      index: allPatterns(indexPrefix),
      expand_wildcards: 'all',
      format: 'json',
      bytes: 'b',
      h: ['index', 'docs.count', 'store.size'],
    });
    for (const { index = '', 'docs.count': documents, 'store.size': bytes } of found) {
      const month = monthOfIndex(index, indexPrefix)?.month;
      if (month === undefined) continue;
      const before = sizes.get(month) ?? { indices: 0, documents: 0, bytes: 0 };
      sizes.set(month, {
        indices: before.indices + 1,
        documents: before.documents + Number(documents ?? 0),
        bytes: before.bytes + Number(bytes ?? 0),
      });
    }
    return sizes;
  } catch (error) {
    throw elasticError(error);
  }
}
