/** The steps of a rebuild that nobody may take back, in the real Elasticsearch. */
import { randomUUID } from 'node:crypto';
import { monthName, PROJECTION_VERSION, writtenIndex } from '@auditbox/fhir-core';
import { describe, expect, inject, it } from 'vitest';
import { OtherProjectionError } from '../src/elastic/errors.ts';
import { lackingDocuments } from '../src/elastic/lacking-documents.ts';
import { olderGeneration } from '../src/elastic/older-generation.ts';
import { switchGeneration } from '../src/elastic/switch-generation.ts';
import { type OwnIndices, ownIndices } from './own-indices.ts';

const OLDER = PROJECTION_VERSION - 1;
const LATER = PROJECTION_VERSION + 1;
const MONTH = '2019.03';
const never = new AbortController().signal;

async function makeIndex(own: OwnIndices, index: string, projection: number, name?: string): Promise<void> {
  await own.client.indices.create({
    index,
    settings: { number_of_replicas: 0 },
    mappings: { _meta: { projection } },
    ...(name !== undefined && { aliases: { [name]: {} } }),
  });
}

async function sayGeneration(own: OwnIndices, projection: number | undefined): Promise<void> {
  const index = `${own.indexPrefix}-months`;
  if (projection === undefined) await own.client.delete({ index, id: 'generation', refresh: true });
  else await own.client.index({ index, id: 'generation', document: { state: 'current', projection } });
}

const nameOf = (own: OwnIndices) => monthName(MONTH, own.indexPrefix);
const indexOf = (own: OwnIndices, projection = PROJECTION_VERSION) =>
  writtenIndex(MONTH, own.indexPrefix, projection);
const readFrom = async (own: OwnIndices) =>
  Object.keys(await own.client.indices.getAlias({ index: nameOf(own), ignore_unavailable: true }));

describe('a later generation', () => {
  it('keeps its names, whoever comes to the switch after it', async () => {
    await using own = await ownIndices(inject('elasticUri'));
    await own.write(MONTH);
    await own.client.indices.deleteAlias({ index: indexOf(own), name: nameOf(own) });
    await makeIndex(own, indexOf(own, LATER), LATER, nameOf(own));
    // Said before the switch begins, or, a moment later, to be seen by the names alone.
    for (const said of [LATER, PROJECTION_VERSION]) {
      await sayGeneration(own, said);
      await expect(switchGeneration(own.client, own.indexPrefix, own.months)).rejects.toThrow(
        OtherProjectionError,
      );
      expect(await readFrom(own)).toEqual([indexOf(own, LATER)]);
    }
  });

  it('is refused where nothing says which one is read', async () => {
    await using own = await ownIndices(inject('elasticUri'));
    await makeIndex(own, indexOf(own, LATER), LATER, nameOf(own));
    await sayGeneration(own, undefined);
    await expect(own.replica()).rejects.toThrow(OtherProjectionError);
    expect((await own.months.look(MONTH)).generation).toBeUndefined();
  });
});

it.each<['the name itself' | 'an alias']>([['the name itself'], ['an alias']])(
  'a month that the older generation is read by under %s is read by one index at every moment of a switch that was cut off',
  async (layout) => {
    await using own = await ownIndices(inject('elasticUri'));
    const older = layout === 'an alias' ? indexOf(own, OLDER) : nameOf(own);
    await makeIndex(own, older, OLDER, ...(layout === 'an alias' ? [nameOf(own)] : []));
    // The generation is passed, the names are not: a replica that starts then, or meets the month then.
    const replica = await own.replica();
    expect(await replica.open(MONTH)).toBe('open');
    expect(await own.names()).toContain(indexOf(own));
    expect(await readFrom(own)).toEqual([older]);
    await switchGeneration(own.client, own.indexPrefix, own.months);
    expect(await readFrom(own)).toEqual([indexOf(own)]);
  },
);

it('a month that is met while the names change hands has its name afterwards', async () => {
  await using own = await ownIndices(inject('elasticUri'));
  await makeIndex(own, indexOf(own, OLDER), OLDER, nameOf(own));
  const replica = await own.replica();
  const { indices } = own.client;
  const slow = Object.create(indices, {
    updateAliases: {
      value: async (request: Parameters<typeof indices.updateAliases>[0]) => {
        await replica.open(MONTH);
        return await indices.updateAliases(request);
      },
    },
  });
  const client = Object.create(own.client, { indices: { value: slow } });
  await switchGeneration(client, own.indexPrefix, own.months);
  expect(await readFrom(own)).toEqual([indexOf(own)]);
});

it('what is lacking is told by its id, of a month that has an index and of one that has none', async () => {
  await using own = await ownIndices(inject('elasticUri'));
  await makeIndex(own, indexOf(own, OLDER), OLDER);
  // More than a page.
  const ids = Array.from({ length: 2001 }, () => randomUUID());
  const index = indexOf(own, OLDER);
  await own.client.bulk({ index, operations: ids.flatMap((_id) => [{ create: { _id } }, {}]) });
  const found: string[] = [];
  const pages: number[] = [];
  for await (const page of olderGeneration(own.client, own.indexPrefix, OLDER).idPages(index, never)) {
    pages.push(page.length);
    found.push(...page);
  }
  expect(pages).toEqual([2000, 1]);
  expect(found.toSorted()).toEqual(ids.toSorted());

  const lacking = lackingDocuments(own.client, own.indexPrefix);
  const [first = '', second = '', ...others] = ids;
  expect(await lacking(MONTH, [first, second], never)).toEqual([first, second]);
  // As many as there are ids, and one of them is another.
  await makeIndex(own, indexOf(own), PROJECTION_VERSION);
  const there = [first, ...others, randomUUID()];
  await own.client.bulk({
    index: indexOf(own),
    operations: there.flatMap((_id) => [{ create: { _id } }, {}]),
  });
  expect(await lacking(MONTH, ids, never)).toEqual([second]);
});
