/**
 * The moment in which this release's generation begins to be read: all names change hands in one request, so that no
 * search ever meets both generations, or none. Called again it ends what was cut off in the middle.
 */
import {
  indexPatterns,
  isIndexMonth,
  monthName,
  PROJECTION_VERSION,
  writtenIndex,
  writtenMonth,
  writtenPatterns,
} from '@auditbox/fhir-core';
import type { Client, estypes } from '@elastic/elasticsearch';
import { elasticError } from './errors.ts';
import { TEMPLATE_PRIORITY } from './index-template.ts';
import type { Months } from './months.ts';

type Action = estypes.IndicesUpdateAliasesAction;

/** None is left out because somebody has closed it. */
const ALL = {
  allow_no_indices: true,
  expand_wildcards: ['open', 'closed'],
} satisfies Partial<estypes.IndicesGetAliasRequest>;

export async function switchGeneration(client: Client, indexPrefix: string, months: Months): Promise<void> {
  // First: a month that is made from here on is given its name by whoever makes it, one that was made before is in the list.
  await months.passGeneration(PROJECTION_VERSION);
  try {
    // A release before generations would have an index made under a name that is read by writing to it. No more.
    await client.indices.putIndexTemplate({
      name: indexPrefix,
      index_patterns: indexPatterns(indexPrefix),
      priority: TEMPLATE_PRIORITY,
      allow_auto_create: false,
    });
    const [old, own] = await Promise.all([
      client.indices.getAlias({ index: indexPatterns(indexPrefix), ...ALL }),
      client.indices.getAlias({ index: writtenPatterns(indexPrefix), ...ALL }),
    ]);
    const taken = Object.entries(old).flatMap(([index, { aliases }]): Action[] => {
      const written = writtenMonth(index, indexPrefix);
      if (written?.projection === PROJECTION_VERSION) return [];
      // It has the name itself, which can't be both an index and another's name.
      if (written === undefined && isOfMonth(index, indexPrefix)) return [{ remove_index: { index } }];
      const names = Object.keys(aliases).filter((name) => isOfMonth(name, indexPrefix));
      return names.map((alias) => ({ remove: { index, alias } }));
    });
    const given = Object.keys(own).flatMap((index): Action[] => {
      const written = writtenMonth(index, indexPrefix);
      if (written === undefined) return [];
      return [{ add: { index, alias: monthName(written.month, indexPrefix), is_write_index: false } }];
    });
    if (taken.length + given.length > 0)
      await client.indices.updateAliases({ actions: [...taken, ...given] });
  } catch (error) {
    throw elasticError(error);
  }
}

/** Documents of this generation's index of a month that can be found, all that were written before; 0 where it is not there. */
export async function countWritten(client: Client, indexPrefix: string, month: string): Promise<number> {
  const index = writtenIndex(month, indexPrefix);
  try {
    await client.indices.refresh({ index, ignore_unavailable: true });
    return (await client.count({ index, ignore_unavailable: true })).count;
  } catch (error) {
    throw elasticError(error);
  }
}

function isOfMonth(name: string, indexPrefix: string): boolean {
  return name.startsWith(`${indexPrefix}-`) && isIndexMonth(name.slice(`${indexPrefix}-`.length));
}
