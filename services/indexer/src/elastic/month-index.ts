/**
 * The index of a month, made before the first event is written to it: with its settings and mapping in the request, so that
 * no template decides, and read by its alias only once its shards are there, so that no search meets half an index. A month
 * that was dropped is not made again, whoever sends its events once more.
 */
import { monthName, PROJECTION_VERSION, writtenIndex } from '@auditbox/fhir-core';
import { type Client, errors } from '@elastic/elasticsearch';
import { elasticError, OtherProjectionError } from './errors.ts';
import { eventIndex, type IndexSettings } from './event-index.ts';
import type { Months } from './months.ts';

/** How long shards are waited for: what is to be written to other months waits with it. */
const WAIT = '5s';

const ALREADY_THERE = 'resource_already_exists_exception';

export type OpenedMonth = 'open' | { readonly droppedAt: string };

export type MonthIndices = {
  /** Looked up once, and again after `forget`. Rejects where Elasticsearch does not answer. */
  readonly open: (month: string) => Promise<OpenedMonth>;
  /** Its index was not there when it was written to: it was dropped, or deleted. */
  readonly forget: (month: string) => void;
};

export function monthIndices(client: Client, settings: IndexSettings, months: Months): MonthIndices {
  const { indexPrefix } = settings;
  const opened = new Map<string, Promise<OpenedMonth>>();

  const prepare = async (month: string): Promise<OpenedMonth> => {
    const before = await months.look(month);
    if (before.month === 'dropped') return { droppedAt: before.since ?? '' };
    const index = writtenIndex(month, indexPrefix);
    await makeIndex(client, index, settings);
    // Looked at again: whoever dropped the month in the meantime may not have seen this index, and whoever let this
    // generation be read may not have given it its alias.
    const { month: state, since = '', generation } = await months.look(month);
    if (state === 'dropped') {
      await client.indices.delete({ index, ignore_unavailable: true });
      return { droppedAt: since };
    }
    if (generation === PROJECTION_VERSION) await readThrough(index, month);
    return 'open';
  };

  const readThrough = async (index: string, month: string): Promise<void> => {
    const name = monthName(month, indexPrefix);
    // The older generation has it until the switch that is under way, or was cut off, gives it to this one: both at once
    // would both be read.
    const read = await client.indices.getAlias({ index: name, ignore_unavailable: true });
    if (Object.keys(read).some((other) => other !== index)) return;
    // Read by, never written by: a release before generations writes to the names that are read.
    await client.indices.putAlias({ index, name, is_write_index: false });
    // The next generation may have been let read in between, and then has the name.
    const { generation } = await months.look(month);
    if (generation !== PROJECTION_VERSION) {
      await client.indices.deleteAlias({ index, name }, { ignore: [404] });
    }
  };

  return {
    open: (month) => {
      const known = opened.get(month);
      if (known !== undefined) return known;
      const opening = prepare(month).catch((error: unknown) => {
        opened.delete(month);
        throw elasticError(error);
      });
      opened.set(month, opening);
      return opening;
    },
    forget: (month) => void opened.delete(month),
  };
}

async function makeIndex(client: Client, index: string, settings: IndexSettings): Promise<void> {
  const made = eventIndex(settings);
  try {
    const { shards_acknowledged: isThere } = await client.indices.create({ index, ...made, timeout: WAIT });
    if (isThere) return;
  } catch (error) {
    if (!(error instanceof errors.ResponseError && error.body?.error?.type === ALREADY_THERE)) throw error;
    const found = await client.indices.getMapping({ index });
    if (found[index]?.mappings._meta?.projection !== PROJECTION_VERSION)
      throw new OtherProjectionError(index);
    await client.indices.putMapping({ index, ...made.mappings });
  }
  // Also of one that another replica is making at this moment. 408 where its shards are not there in time.
  await client.cluster.health({ index, wait_for_status: 'yellow', timeout: WAIT });
}
