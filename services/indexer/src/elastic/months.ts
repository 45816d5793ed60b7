/**
 * The small index beside those of events in which it is written what became of a month, and which generation is read:
 * `<prefix>-months`. One document a month, made once (`op_type=create`): held and dropped exclude each other by that,
 * whoever asks first and whichever replica it is. Everything here is read as it is at that moment (by id), never searched.
 */
import type { Client, estypes } from '@elastic/elasticsearch';
import { ElasticError, elasticError } from './errors.ts';

export type MonthState = 'held' | 'dropped';

/** What is known beside the events: a month's state, and the generation of the projection whose indices are read. */
export type Known = {
  readonly month: MonthState | undefined;
  /** undefined where nothing has been written yet. */
  readonly generation: number | undefined;
};

type Entry = { readonly state: MonthState | 'current'; readonly at: string; readonly projection?: number };

const GENERATION = 'generation';

const CONFLICT = 409;

const MAPPINGS = {
  dynamic: 'strict',
  properties: { state: { type: 'keyword' }, at: { type: 'date' }, projection: { type: 'integer' } },
} as const satisfies estypes.MappingTypeMapping;

export type Months = ReturnType<typeof monthsOf>;

export function monthsOf(client: Client, indexPrefix: string) {
  const index = monthsIndex(indexPrefix);

  /** Whether it was written; false where the document is there already. */
  const create = async (id: string, document: Entry): Promise<boolean> => {
    try {
      await client.create({ index, id, document, refresh: true });
      return true;
    } catch (error) {
      const translated = elasticError(error);
      if (translated instanceof ElasticError && translated.status === CONFLICT) return false;
      throw translated;
    }
  };

  return {
    /** Makes the index where it is not there. */
    async prepare({ indexReplicas }: { readonly indexReplicas: number }): Promise<void> {
      const settings = { number_of_shards: 1, number_of_replicas: indexReplicas };
      try {
        // 400 where it is there already, also when another replica of the indexer made it just now.
        await client.indices.create({ index, settings, mappings: MAPPINGS }, { ignore: [400] });
        await client.indices.putMapping({ index, ...MAPPINGS });
      } catch (error) {
        throw elasticError(error);
      }
    },

    /** Rejects also where the index is gone: what is not known is not taken for nothing. */
    async look(month: string): Promise<Known> {
      try {
        const { docs } = await client.mget<Entry>({ index, ids: [month, GENERATION] });
        const [ofMonth, ofGeneration] = docs.map((doc) => {
          if ('error' in doc) throw new ElasticError(undefined);
          return doc._source;
        });
        const state = ofMonth?.state;
        return { month: state === 'current' ? undefined : state, generation: ofGeneration?.projection };
      } catch (error) {
        throw elasticError(error);
      }
    },

    /** Says that the indices of this generation are read; false where one is said already. */
    beginGeneration: (projection: number): Promise<boolean> =>
      create(GENERATION, { state: 'current', projection, at: new Date().toISOString() }),
  };
}

export function monthsIndex(indexPrefix: string): string {
  return `${indexPrefix}-months`;
}
