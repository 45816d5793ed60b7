/** Elasticsearch takes no writes: its indices are read-only, or its disk counts as full. By its own settings. */
import type { Fault } from '../fault.ts';
import type { Stage } from '../stage.ts';
import { pause, waitUntil } from '../wait-until.ts';

/** Elasticsearch looks at its disk every so often; less than this it does not take. */
const DISK_LOOK = '10s';
const BLOCK_MS_MAX = 45_000;
/** Until an indexer that is sent events has tried to write one. */
const REFUSED_MS_MAX = 30_000;
const REFUSED_SAID = 'not indexed yet, trying again';

const BLOCK = 'index.blocks.read_only_allow_delete';
const DISK = 'cluster.routing.allocation.disk';

const put = async (stage: Stage, path: string, settings: object): Promise<void> => {
  const response = await fetch(`${stage.backends.elasticsearch.uri}/${path}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(settings),
  });
  if (!response.ok) throw new Error(`Elasticsearch answers ${response.status} to its settings`);
  await response.body?.cancel();
};

/** That are there now. */
const indicesOf = (stage: Stage): string => `${stage.environment.AUDITBOX_INDEX_PREFIX}-*`;

/** Whether it is blocked, of each. With a setting that every index has, or one without the block would not be named. */
async function blocks(stage: Stage): Promise<readonly boolean[]> {
  const { uri } = stage.backends.elasticsearch;
  const response = await fetch(`${uri}/${indicesOf(stage)}/_settings/index.uuid,${BLOCK}?flat_settings=true`);
  const found = (await response.json()) as Record<string, { readonly settings: Record<string, string> }>;
  return Object.values(found).map(({ settings }) => settings[BLOCK] === 'true');
}

/** Used above 1 % is full. Whoever says so of one watermark says so of all, or Elasticsearch refuses it. */
const watermarks = (isFull: boolean): object => ({
  persistent: {
    [`${DISK}.threshold_enabled`]: isFull ? true : null,
    [`${DISK}.watermark.low`]: isFull ? '1%' : null,
    [`${DISK}.watermark.high`]: isFull ? '1%' : null,
    [`${DISK}.watermark.flood_stage`]: isFull ? '1%' : null,
    'cluster.info.update.interval': DISK_LOOK,
  },
});

/** Whether an indexer was refused since. */
function refusals(stage: Stage): () => boolean {
  const count = (): number =>
    stage.indexers.flatMap((indexer) => indexer.said('warn')).filter((message) => message === REFUSED_SAID)
      .length;
  const before = count();
  return () => count() > before;
}

export const ELASTIC_BLOCK_FAULTS = {
  'elastic-read-only': {
    touches: ['elasticsearch'],
    lasts: { aloneMs: 6_000, mixedMs: [1_000, 8_000] },
    run: async (stage, { forMs }) => {
      await waitUntil('there are indices', async () => (await blocks(stage)).length > 0, BLOCK_MS_MAX);
      const isRefused = refusals(stage);
      try {
        await put(stage, `${indicesOf(stage)}/_settings`, { [BLOCK]: true });
        await Promise.all([pause(forMs), waitUntil('a write is refused', isRefused, REFUSED_MS_MAX)]);
      } finally {
        await put(stage, `${indicesOf(stage)}/_settings`, { [BLOCK]: null });
      }
    },
  },
  /** What takes the block away again is Elasticsearch, as on a disk that has room again. */
  'elastic-disk-full': {
    touches: ['elasticsearch'],
    lasts: { aloneMs: 3_000, mixedMs: [1_000, 3_000] },
    run: async (stage, { forMs }) => {
      const isRefused = refusals(stage);
      try {
        await put(stage, '_cluster/settings', watermarks(true));
        await waitUntil('the disk is full', async () => (await blocks(stage)).some(Boolean), BLOCK_MS_MAX);
        await Promise.all([pause(forMs), waitUntil('a write is refused', isRefused, REFUSED_MS_MAX)]);
      } finally {
        await put(stage, '_cluster/settings', { persistent: { ...diskHasRoom } });
        await waitUntil('the disk has room', async () => !(await blocks(stage)).some(Boolean), BLOCK_MS_MAX);
        await put(stage, '_cluster/settings', watermarks(false));
      }
    },
  },
} as const satisfies Record<string, Fault>;

/** Nothing is ever too full, but looked at: a block is only taken away by who looks. */
const diskHasRoom = {
  [`${DISK}.watermark.low`]: '100%',
  [`${DISK}.watermark.high`]: '100%',
  [`${DISK}.watermark.flood_stage`]: '100%',
};
