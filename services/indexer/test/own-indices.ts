/** Indices of a test's own in the real Elasticsearch, written to as the indexer does, and deleted when the test ends. */
import { randomUUID } from 'node:crypto';
import { eventId, indexMonth } from '@auditbox/fhir-core';
import type { Client } from '@elastic/elasticsearch';
import type { CreateResult } from '../src/domain/index-records.ts';
import { createEvents } from '../src/elastic/bulk-create.ts';
import { connectElastic } from '../src/elastic/client.ts';
import { prepareEventIndices } from '../src/elastic/event-indices.ts';
import type { MonthIndices } from '../src/elastic/month-index.ts';
import { type Months, monthsOf } from '../src/elastic/months.ts';

export type OwnIndices = AsyncDisposable & {
  readonly client: Client;
  readonly indexPrefix: string;
  readonly settings: typeof SETTINGS & { readonly indexPrefix: string };
  readonly months: Months;
  /** Writes one event of the month, as a replica that knows these months; by default one that knows none yet. */
  readonly write: (month: string, replica?: MonthIndices) => Promise<CreateResult | undefined>;
  /** Another replica, which has looked at nothing yet. */
  readonly replica: () => Promise<MonthIndices>;
  /** The names of all indices under the prefix but that of the months. */
  readonly names: () => Promise<string[]>;
};

const SETTINGS = { indexShards: 1, indexReplicas: 0, refreshIntervalMs: 100 } as const;

/** The month that it is now: never past any retention. */
export const THIS_MONTH = indexMonth(eventId(Date.now(), new Uint8Array(10)));

export async function ownIndices(elasticUri: string): Promise<OwnIndices> {
  const indexPrefix = `test-${randomUUID().slice(0, 8)}`;
  const settings = { ...SETTINGS, indexPrefix };
  const client = await connectElastic({ node: elasticUri });
  const replica = () => prepareEventIndices(client, settings);
  const everything = async () =>
    Object.keys(await client.indices.getMapping({ index: `${indexPrefix}-*`, expand_wildcards: 'all' }));
  await replica();
  return {
    client,
    indexPrefix,
    settings,
    months: monthsOf(client, indexPrefix),
    replica,
    async write(month, by) {
      const document = {
        id: randomUUID(),
        month,
        digest: 'd',
        received: '2020-01-01T00:00:00Z',
        takenMs: Date.parse('2020-01-01T00:00:00Z'),
        source: Buffer.from('{}'),
        bytes: 2,
        keptBytes: 1,
      };
      const create = createEvents(client, indexPrefix, by ?? (await replica()));
      const [result] = await create([document], new AbortController().signal);
      return result;
    },
    names: async () => (await everything()).filter((name) => name !== `${indexPrefix}-months`).toSorted(),
    [Symbol.asyncDispose]: async () => {
      for (const index of await everything()) await client.indices.delete({ index }, { ignore: [404] });
      await client.indices.deleteIndexTemplate({ name: `${indexPrefix}-*` }, { ignore: [404] });
      await client.close();
    },
  };
}
