/**
 * The small index beside those of events in which it is written what became of a month, which generation is read, and how
 * far the rebuild of the next one is: `<prefix>-months`. One document a month, made once (`op_type=create`): held and
 * dropped exclude each other by that, whoever asks first and whichever replica it is. Everything here is read as it is at
 * that moment (by id), never searched.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { PROJECTION_VERSION } from '@auditbox/fhir-core';
import type { Client, estypes } from '@elastic/elasticsearch';
import type { Offsets } from '../domain/rebuild.ts';
import { ElasticError, elasticError } from './errors.ts';

export type MonthState = 'held' | 'dropped';

/** What is known beside the events: a month's state, and the generation of the projection whose indices are read. */
export type Known = {
  readonly month: MonthState | undefined;
  /** undefined where nothing has been written yet. */
  readonly generation: number | undefined;
};

/** How a rebuild began: whose documents it copies, and from where on the log itself is read. */
export type BegunRebuild = { readonly from: number; readonly offsets: Offsets };

type Entry = {
  readonly state: MonthState | 'current' | 'rebuilding' | 'copied';
  readonly at: string;
  readonly projection?: number;
  readonly from?: number;
  /** By partition; as text, because JSON's numbers end before Kafka's. */
  readonly offsets?: Readonly<Record<string, string>>;
};

const GENERATION = 'generation';
const REBUILD = `rebuild-v${PROJECTION_VERSION}`;

const CONFLICT = 409;

/** A new shard is there within a second, on a busy cluster within some. */
const READABLE_MS_MAX = 30_000;
const LOOK_AGAIN_MS = 250;

const MAPPINGS = {
  dynamic: 'strict',
  properties: {
    state: { type: 'keyword' },
    at: { type: 'date' },
    projection: { type: 'integer' },
    from: { type: 'integer' },
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

  const get = async (id: string): Promise<estypes.GetResponse<Entry>> => {
    try {
      return await client.get<Entry>({ index, id }, { ignore: [404] });
    } catch (error) {
      throw elasticError(error);
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
      // One that another replica made just now is there, and may not be read from yet.
      for (const giveUpAt = performance.now() + READABLE_MS_MAX; ; ) {
        try {
          await this.look(GENERATION);
          return;
        } catch (error) {
          const mayPass = error instanceof ElasticError && error.status === undefined;
          if (!mayPass || performance.now() > giveUpAt) throw error;
        }
        await pause(LOOK_AGAIN_MS);
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
        return {
          month: state === 'held' || state === 'dropped' ? state : undefined,
          generation: ofGeneration?.projection,
        };
      } catch (error) {
        throw elasticError(error);
      }
    },

    /** Says that the indices of this generation are read; false where one is said already. */
    beginGeneration: (projection: number): Promise<boolean> =>
      create(GENERATION, { state: 'current', projection, at: now() }),

    /** The same, where it may have been another generation until now; a later one stays. */
    async passGeneration(projection: number): Promise<void> {
      const document: Entry = { state: 'current', projection, at: now() };
      while (!(await create(GENERATION, document))) {
        const { _source, _seq_no, _primary_term } = await get(GENERATION);
        if ((_source?.projection ?? 0) >= projection) return;
        const seen = { if_seq_no: _seq_no ?? 0, if_primary_term: _primary_term ?? 0 };
        try {
          await client.index({ index, id: GENERATION, document, ...seen, refresh: true });
          return;
        } catch (error) {
          const translated = elasticError(error);
          if (!(translated instanceof ElasticError) || translated.status !== CONFLICT) throw translated;
        }
      }
    },

    /** Says how the rebuild of this release's generation begins, and gives how it began: who said it first decides. */
    async beginRebuild({ from, offsets }: BegunRebuild): Promise<BegunRebuild> {
      const texts = Object.fromEntries([...offsets].map(([partition, offset]) => [partition, `${offset}`]));
      await create(REBUILD, { state: 'rebuilding', from, offsets: texts, at: now() });
      const begun = await this.rebuild();
      if (begun === undefined) throw new ElasticError(undefined);
      return begun;
    },

    /** undefined where none has begun. */
    async rebuild(): Promise<BegunRebuild | undefined> {
      const { from, offsets } = (await get(REBUILD))._source ?? {};
      if (from === undefined || offsets === undefined) return undefined;
      const numbers = Object.entries(offsets).map(([id, offset]) => [Number(id), BigInt(offset)] as const);
      return { from, offsets: new Map(numbers) };
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
