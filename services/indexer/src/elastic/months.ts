/**
 * The small index beside those of events in which it is written what became of a month, which generation is read, and how
 * far the rebuild of the next one is: `<prefix>-months`. One document a month, made once (`op_type=create`): held and
 * dropped exclude each other by that, whoever asks first and whichever replica it is. Everything here is read as it is at
 * that moment (by id), never searched.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { indexMonths, PROJECTION_VERSION, writtenMonth } from '@auditbox/fhir-core';
import type { Client, estypes } from '@elastic/elasticsearch';
import { INDEX_MISSING } from '../domain/disposition.ts';
import type { Offsets } from '../domain/rebuild.ts';
import { ElasticError, elasticError, MonthsLostError } from './errors.ts';

export type MonthState = 'held' | 'dropped';

/** What is known beside the events: a month's state, and the generation of the projection whose indices are read. */
export type Known = {
  readonly month: MonthState | undefined;
  /** Since when it is that, an instant. */
  readonly since: string | undefined;
  /** undefined where nothing has been written yet. */
  readonly generation: number | undefined;
};

/** What became of a month, and when. */
export type MonthEntry = { readonly state: MonthState; readonly at: string };

type Entry = {
  readonly state: MonthState | 'current' | 'rebuilding' | 'copied';
  readonly at: string;
  readonly projection?: number;
  /** By partition; as text, because JSON's numbers end before Kafka's. */
  readonly offsets?: Readonly<Record<string, string>>;
};

const GENERATION = 'generation';
const REBUILD = `rebuild-v${PROJECTION_VERSION}`;

const CONFLICT = 409;
const NOT_FOUND = 404;

/** A new shard is there within a second, on a busy cluster within some. */
const READABLE_MS_MAX = 30_000;
const LOOK_AGAIN_MS = 250;

const MAPPINGS = {
  dynamic: 'strict',
  properties: {
    state: { type: 'keyword' },
    at: { type: 'date' },
    projection: { type: 'integer' },
    offsets: { type: 'object', enabled: false },
  },
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

  const get = async (id: string): Promise<Partial<estypes.GetGetResult<Entry>>> =>
    (await read([id]))[0] ?? {};

  const look = async (month: string): Promise<Known> => {
    const [ofMonth, ofGeneration] = await read([month, GENERATION]);
    return {
      month: stateOf(ofMonth?._source),
      since: ofMonth?._source?.at,
      generation: ofGeneration?._source?.projection,
    };
  };

  /** The state that the month has then: another one where that came first; none where it was released just now. */
  const become = async (month: string, state: MonthState): Promise<MonthState | undefined> =>
    (await create(month, { state, at: new Date().toISOString() })) ? state : (await look(month)).month;

  /** Made anew beside indices of events, it would know of no hold. */
  const refuseWithoutIt = async (): Promise<void> => {
    if (await client.indices.exists({ index })) return;
    const written = await client.indices.get({
      index: `${indexPrefix}-v*`,
      expand_wildcards: 'all',
      allow_no_indices: true,
      features: ['aliases'],
    });
    const isThere = Object.keys(written).some((name) => writtenMonth(name, indexPrefix) !== undefined);
    // Another replica makes it first, and then the others.
    if (isThere && !(await client.indices.exists({ index }))) throw new MonthsLostError(index);
  };

  return {
    /** Makes the index where it is not there. */
    async prepare({ indexReplicas }: { readonly indexReplicas: number }): Promise<void> {
      const settings = { number_of_shards: 1, number_of_replicas: indexReplicas };
      try {
        await refuseWithoutIt();
        // 400 where it is there already, also when another replica of the indexer made it just now.
        await client.indices.create({ index, settings, mappings: MAPPINGS }, { ignore: [400] });
        await client.indices.putMapping({ index, ...MAPPINGS });
      } catch (error) {
        throw elasticError(error);
      }
      // One that another replica made just now is there, and may not be read from yet.
      for (const giveUpAt = performance.now() + READABLE_MS_MAX; ; ) {
        try {
          await look(GENERATION);
          return;
        } catch (error) {
          const mayPass = error instanceof ElasticError && error.status === undefined;
          if (!mayPass || performance.now() > giveUpAt) throw error;
        }
        await pause(LOOK_AGAIN_MS);
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
      create(GENERATION, { state: 'current', projection, at: now() }),

    /** The same, where it may have been another generation until now. The one that is read then: a later one stays. */
    async passGeneration(projection: number): Promise<number> {
      const document: Entry = { state: 'current', projection, at: now() };
      while (!(await create(GENERATION, document))) {
        const { _source, _seq_no, _primary_term } = await get(GENERATION);
        const current = _source?.projection ?? 0;
        if (current >= projection) return current;
        const seen = { if_seq_no: _seq_no ?? 0, if_primary_term: _primary_term ?? 0 };
        try {
          await client.index({ index, id: GENERATION, document, ...seen, refresh: true });
          return projection;
        } catch (error) {
          const translated = elasticError(error);
          if (!(translated instanceof ElasticError) || translated.status !== CONFLICT) throw translated;
        }
      }
      return projection;
    },

    /**
     * Says from where on the rebuild of this release's generation reads the log itself, and gives what was said: who said
     * it first decides, also where it was another older generation then. All that came after is read from the log.
     */
    async beginRebuild(offsets: Offsets): Promise<Offsets> {
      const texts = Object.fromEntries([...offsets].map(([partition, offset]) => [partition, `${offset}`]));
      await create(REBUILD, { state: 'rebuilding', offsets: texts, at: now() });
      const begun = await this.rebuild();
      if (begun === undefined) throw new ElasticError(undefined);
      return begun;
    },

    /** undefined where none has begun. */
    async rebuild(): Promise<Offsets | undefined> {
      const { offsets } = (await get(REBUILD))._source ?? {};
      if (offsets === undefined) return undefined;
      return new Map(Object.entries(offsets).map(([id, offset]) => [Number(id), BigInt(offset)]));
    },

    /** Whether all stored events of a month are in this release's generation. */
    isCopied: async (month: string): Promise<boolean> =>
      (await get(`${REBUILD}-${month}`))._source?.state === 'copied',

    async markCopied(month: string): Promise<void> {
      await create(`${REBUILD}-${month}`, { state: 'copied', at: now() });
    },
  };
}

function now(): string {
  return new Date().toISOString();
}

export function monthsIndex(indexPrefix: string): string {
  return `${indexPrefix}-months`;
}

function stateOf(entry: Entry | undefined): MonthState | undefined {
  const state = entry?.state;
  return state === 'held' || state === 'dropped' ? state : undefined;
}
