/**
 * Which generation is read, settled at the start: this release's own where nothing older is there. An index under our
 * prefix that no Auditbox made is refused by name, and left as it is.
 */
import { indexPatterns, PROJECTION_VERSION } from '@auditbox/fhir-core';
import type { Client } from '@elastic/elasticsearch';
import { elasticError, OtherProjectionError } from './errors.ts';
import type { Months } from './months.ts';

/** Any month: the generation is read with it. */
const ANY_MONTH = 'other';

/** Rejects with an OtherProjectionError where the indices that are read are another release's. */
export async function settleGeneration(client: Client, indexPrefix: string, months: Months): Promise<void> {
  const { generation } = await months.look(ANY_MONTH);
  if (generation !== undefined && generation !== PROJECTION_VERSION) {
    throw new OtherProjectionError(`${indexPrefix}-v${generation}`);
  }
  try {
    const read = await client.indices.getMapping({
      index: indexPatterns(indexPrefix),
      allow_no_indices: true,
    });
    for (const [index, { mappings }] of Object.entries(read)) {
      if (mappings._meta?.projection !== PROJECTION_VERSION) throw new OtherProjectionError(index);
    }
  } catch (error) {
    throw elasticError(error);
  }
  if (generation === undefined) await months.beginGeneration(PROJECTION_VERSION);
}
