/**
 * The small index beside those of events in which it is written what became of a month, and which generation is read:
 * `<prefix>-months`. One document a month, made once (`op_type=create`): held and dropped exclude each other by that,
 * whoever asks first and whichever replica it is. Everything here is read as it is at that moment (by id), never searched.
 */
import { indexMonths } from '@auditbox/fhir-core';
import type { Client, estypes } from '@elastic/elasticsearch';
import { INDEX_MISSING } from '../domain/disposition.ts';
import { ElasticError, elasticError } from './errors.ts';

export type MonthState = 'held' | 'dropped';

/** What is known beside the events: a month's state, and the generation of the projection whose indices are read. */
export type Known = {
  readonly month: MonthState | undefined;
  /** undefined where nothing has been written yet. */
  readonly generation: number | undefined;
};

/** What became of a month, and when. */
export type MonthEntry = { readonly state: MonthState; readonly at: string };

type Entry = { readonly state: MonthState | 'current'; readonly at: string; readonly projection?: number };

const GENERATION = 'generation';

const CONFLICT = 409;
const NOT_FOUND = 404;

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

  /** As they are now, in the order of `ids`. Rejects also where the index is gone: what is not known is not taken for nothing. */
  const read = async (ids: string[]): Promise<estypes.GetGetResult<Entry>[]> => {
    try {
      const { docs } = await client.mget<Entry>({ index, ids });
      return docs.map((doc) => {
        if ('error' in doc) throw new ElasticError(doc.error.type === INDEX_MISSING ? NOT_FOUND : undefined);
        return doc;
      });
    } catch (error) {
      throw elasticError(error);
    }
  };

  const look = async (month: string): Promise<Known> => {
    const [ofMonth, ofGeneration] = await read([month, GENERATION]);
    return { month: stateOf(ofMonth?._source), generation: ofGeneration?._source?.projection };
  };

  /** The state that the month has then: another one where that came first; none where it was released just now. */
  const become = async (month: string, state: MonthState): Promise<MonthState | undefined> =>
    (await create(month, { state, at: new Date().toISOString() })) ? state : (await look(month)).month;

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

    look,

    /** Every month that is held or dropped. */
    async list(): Promise<ReadonlyMap<string, MonthEntry>> {
      const entries = await read(indexMonths());
      return new Map(
        entries.flatMap(({ _id, _source }) => {
          const state = stateOf(_source);
          return state === undefined || _source === undefined ? [] : [[_id, { state, at: _source.at }]];
        }),
      );
    },

    /** For ever. Only where `dropped` comes back is it so, and only then may its indices go. */
    drop: (month: string): Promise<MonthState | undefined> => become(month, 'dropped'),

    /** Until it is released. Only where `held` comes back is it so. */
    hold: (month: string): Promise<MonthState | undefined> => become(month, 'held'),

    /** The state that it had: it is free again where that was `held`. Rejects with a 409 where that changed meanwhile. */
    async release(month: string): Promise<MonthState | undefined> {
      const [found] = await read([month]);
      const state = stateOf(found?._source);
      if (state !== 'held' || found?._seq_no === undefined || found._primary_term === undefined) return state;
      const seen = { if_seq_no: found._seq_no, if_primary_term: found._primary_term };
      try {
        await client.delete({ index, id: month, ...seen, refresh: true });
        return state;
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

function stateOf(entry: Entry | undefined): MonthState | undefined {
  const state = entry?.state;
  return state === 'held' || state === 'dropped' ? state : undefined;
}
