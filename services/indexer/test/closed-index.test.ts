/** A month whose index somebody has closed: a replica starts all the same, and what it may add to the mapping is there too. */
import { writtenIndex } from '@auditbox/fhir-core';
import { expect, inject, it } from 'vitest';
import { ownIndices, THIS_MONTH } from './own-indices.ts';

it('keeps no replica from starting, and gets what a release adds', async () => {
  await using own = await ownIndices(inject('elasticUri'));
  const { client, indexPrefix } = own;
  await own.write(THIS_MONTH);
  const index = writtenIndex(THIS_MONTH, indexPrefix);
  // As the release before had it: its mapping knew one field less, which the next one adds.
  const { [index]: made } = await client.indices.getMapping({ index });
  const { altid: _altid, ...properties } = made?.mappings.properties ?? {};
  await client.indices.delete({ index });
  await client.indices.create({ index, mappings: { ...made?.mappings, properties } });
  await client.indices.close({ index });
  await own.replica();
  const { [index]: closed } = await client.indices.getMapping({ index, expand_wildcards: 'all' });
  expect(closed?.mappings.properties).toHaveProperty('altid');
  const state = await client.cluster.state({ metric: 'metadata', index, expand_wildcards: 'all' });
  expect(state).toMatchObject({ metadata: { indices: { [index]: { state: 'close' } } } });
});
