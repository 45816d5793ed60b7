/** How a month's index is merged: as it is made, and where one that was made before is changed by hand. */
import { writtenIndex } from '@auditbox/fhir-core';
import { expect, inject, it } from 'vitest';
import { eventIndex } from '../src/elastic/event-index.ts';
import { ownIndices, THIS_MONTH } from './own-indices.ts';

/** As Elasticsearch answers, flat: its client's types have no such settings. */
const MERGING = {
  'index.merge.policy.type': 'time_based',
  'index.merge.policy.merge_factor': '16',
  'index.merge.policy.max_merged_segment': '5gb',
};

it('is of neighbours in time, also in a month that was made without once it is told to', async () => {
  await using own = await ownIndices(inject('elasticUri'));
  const { client, indexPrefix, settings } = own;
  await own.write(THIS_MONTH);
  const index = writtenIndex(THIS_MONTH, indexPrefix);
  const policy = async () => {
    const { [index]: found } = await client.indices.getSettings({ index, flat_settings: true });
    const all = Object.entries(found?.settings ?? {});
    return Object.fromEntries(all.filter(([name]) => name.startsWith('index.merge.')));
  };
  expect(await policy()).toEqual(MERGING);

  const { mappings } = eventIndex(settings);
  await client.indices.delete({ index });
  await client.indices.create({ index, mappings });
  expect(await policy()).toEqual({});
  await client.indices.putSettings({ index, settings: MERGING });
  expect(await policy()).toEqual(MERGING);
});
