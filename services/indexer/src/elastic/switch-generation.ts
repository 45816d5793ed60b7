/**
 * The moment in which this release's generation begins to be read: all names change hands in one request, so that no
 * search ever meets both generations, or none. Called again it ends what was cut off in the middle.
 */
import { indexPatterns, monthName, PROJECTION_VERSION, writtenPatterns } from '@auditbox/fhir-core';
import type { Client, estypes } from '@elastic/elasticsearch';
import { ElasticError, elasticError, OtherProjectionError } from './errors.ts';
import { TEMPLATE_PRIORITY } from './index-template.ts';
import { monthOfIndex } from './month-of-index.ts';
import type { Months } from './months.ts';

type Action = estypes.IndicesUpdateAliasesAction;

/** None is left out because somebody has closed it. */
const ALL = {
  allow_no_indices: true,
  expand_wildcards: ['open', 'closed'],
} satisfies Partial<estypes.IndicesGetAliasRequest>;

/** Rejects with an OtherProjectionError where a later release's generation is read: from that one nothing is taken. */
export async function switchGeneration(client: Client, indexPrefix: string, months: Months): Promise<void> {
  // First: a month that is made from here on is given its name by whoever makes it, one that was made before is in the list.
  const generation = await months.passGeneration(PROJECTION_VERSION);
  if (generation !== PROJECTION_VERSION) throw new OtherProjectionError(`${indexPrefix}-v${generation}`);
  try {
    // A release before generations would have an index made under a name that is read by writing to it. No more.
    await client.indices.putIndexTemplate({
      name: indexPrefix,
      index_patterns: indexPatterns(indexPrefix),
      priority: TEMPLATE_PRIORITY,
      allow_auto_create: false,
    });
    // Until nothing is left: whoever made a month in between left its name to the older generation, which had it still.
    for (;;) {
      const actions = await actionsLeft(client, indexPrefix);
      if (actions.length === 0) return;
      await client.indices.updateAliases({ actions });
    }
  } catch (error) {
    throw elasticError(error);
  }
}

/** All of this generation that is written is found by searches from then on. */
export async function refreshWritten(client: Client, indexPrefix: string): Promise<void> {
  try {
    const { _shards } = await client.indices.refresh({
      index: writtenPatterns(indexPrefix),
      allow_no_indices: true,
    });
    if ((_shards?.failed ?? 0) > 0) throw new ElasticError(undefined);
  } catch (error) {
    throw elasticError(error);
  }
}

async function actionsLeft(client: Client, indexPrefix: string): Promise<Action[]> {
  const [read, own] = await Promise.all([
    client.indices.getAlias({ index: indexPatterns(indexPrefix), ...ALL }),
    client.indices.getAlias({ index: writtenPatterns(indexPrefix), ...ALL }),
  ]);
  const isRead = (name: string): boolean => {
    const named = monthOfIndex(name, indexPrefix);
    return named !== undefined && named.projection === undefined;
  };
  const taken = Object.entries(read).flatMap(([index, { aliases }]): Action[] => {
    // It has the name itself, which can't be both an index and another's name.
    if (isRead(index)) return [{ remove_index: { index } }];
    const projection = monthOfIndex(index, indexPrefix)?.projection ?? 0;
    if (projection === PROJECTION_VERSION) return [];
    const names = Object.keys(aliases).filter(isRead);
    if (projection > PROJECTION_VERSION && names.length > 0) throw new OtherProjectionError(index);
    return names.map((alias) => ({ remove: { index, alias } }));
  });
  const given = Object.entries(own).flatMap(([index, { aliases }]): Action[] => {
    const month = monthOfIndex(index, indexPrefix)?.month;
    if (month === undefined) return [];
    const alias = monthName(month, indexPrefix);
    return alias in aliases ? [] : [{ add: { index, alias, is_write_index: false } }];
  });
  return [...taken, ...given];
}
