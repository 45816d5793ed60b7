/**
 * Which generation is read, settled at the start: this release's own where nothing older is there, and an older one until
 * the rebuild is done. An index under our prefix that no Auditbox made, or a later one, is refused by name, and left as it is.
 */
import { indexPatterns, PROJECTION_VERSION } from '@auditbox/fhir-core';
import type { Client } from '@elastic/elasticsearch';
import { OLDEST_PROJECTION } from '../domain/stored-record.ts';
import { elasticError, OtherProjectionError } from './errors.ts';
import type { Months } from './months.ts';

/** Any month: the generation is read with it. */
const ANY_MONTH = 'other';

/**
 * undefined where this release's own generation is read; otherwise the older one that is. Rejects with an
 * OtherProjectionError where what is read can't be rebuilt by this release.
 */
export async function settleGeneration(
  client: Client,
  indexPrefix: string,
  months: Months,
): Promise<number | undefined> {
  const { generation } = await months.look(ANY_MONTH);
  if (generation !== undefined && generation > PROJECTION_VERSION) {
    throw new OtherProjectionError(`${indexPrefix}-v${generation}`);
  }
  const read = await readProjections(client, indexPrefix);
  const older = [...read].find(([, projection]) => projection < PROJECTION_VERSION);
  const from = older?.[1] ?? generation ?? PROJECTION_VERSION;
  for (const [index, projection] of read) {
    // Of one older generation all of them: of two nobody could say which events are where. Those of this release's own
    // are there where a switch was cut off.
    if (projection !== from && projection !== PROJECTION_VERSION) throw new OtherProjectionError(index);
  }
  if (from === PROJECTION_VERSION) {
    if (generation === undefined) await months.beginGeneration(PROJECTION_VERSION);
    return undefined;
  }
  if (from < OLDEST_PROJECTION) throw new OtherProjectionError(older?.[0] ?? `${indexPrefix}-v${from}`);
  return from;
}

/** The indices that are read, each with the version of the projection that made it. */
async function readProjections(client: Client, indexPrefix: string): Promise<ReadonlyMap<string, number>> {
  try {
    const read = await client.indices.getMapping({
      index: indexPatterns(indexPrefix),
      allow_no_indices: true,
      expand_wildcards: ['open', 'closed'],
    });
    return new Map(
      Object.entries(read).map(([name, { mappings }]) => {
        const projection: unknown = mappings._meta?.projection;
        if (typeof projection !== 'number') throw new OtherProjectionError(name);
        return [name, projection];
      }),
    );
  } catch (error) {
    throw elasticError(error);
  }
}
