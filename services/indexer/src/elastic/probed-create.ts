/**
 * Until an event is found: Elasticsearch confirms a write before a search sees it. So now and then one event is looked for,
 * as a search looks for it, until it is there. One at a time, so that it costs nothing that could be measured.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { monthName } from '@auditbox/fhir-core';
import type { Metrics } from '@auditbox/service-kit';
import type { Client } from '@elastic/elasticsearch';
import { dispositionOf } from '../domain/disposition.ts';
import type { CreatePort } from '../domain/index-records.ts';
import type { EventDocument } from '../domain/to-document.ts';
import { DELAY_BUCKETS } from '../metrics.ts';

/** What it is measured to. */
const LOOK_MS = 100;
/** What is not found by then counts as found then. */
const LOOK_MS_MAX = 60_000;
const REST_MS = 2_000;

/** Its source is gone by then. */
type Probed = Pick<EventDocument, 'id' | 'month' | 'received'>;

export type ProbedCreate = AsyncDisposable & { readonly create: CreatePort };

/** `now` is in milliseconds since 1970. */
export function probedCreate(
  create: CreatePort,
  {
    client,
    indexPrefix,
    metrics,
    now,
  }: {
    readonly client: Client;
    readonly indexPrefix: string;
    readonly metrics: Metrics;
    readonly now: () => number;
  },
): ProbedCreate {
  const delayed = metrics.histogram(
    'auditbox_searchable_delay_seconds',
    "Seconds from the gateway's receipt of an event until a search finds it, of one event now and then.",
    DELAY_BUCKETS,
  );
  const ending = new AbortController();
  const { signal } = ending;
  let probing: Promise<void> | undefined;

  const isFound = async ({ id, month }: Probed): Promise<boolean> => {
    const { hits } = await client.search(
      {
        index: monthName(month, indexPrefix),
        ignore_unavailable: true,
        query: { ids: { values: [id] } },
        size: 0,
      },
      { signal },
    );
    return typeof hits.total === 'object' && hits.total.value > 0;
  };

  const probe = async (document: Probed): Promise<void> => {
    const giveUpAtMs = performance.now() + LOOK_MS_MAX;
    // While Elasticsearch is away nothing is found.
    while (!(await isFound(document).catch(() => false)) && performance.now() < giveUpAtMs) {
      await wait(LOOK_MS, undefined, { signal });
    }
    const ms = now() - Date.parse(document.received);
    if (!Number.isNaN(ms)) delayed(Math.max(0, ms) / 1000);
    await wait(REST_MS, undefined, { signal });
  };

  return {
    async create(documents, asked) {
      const results = await create(documents, asked);
      const last = results.findLastIndex((result) => dispositionOf(result).kind === 'created');
      if (last >= 0 && probing === undefined && !signal.aborted) {
        probing = probe(documents[last]!)
          .catch(() => {})
          .finally(() => {
            probing = undefined;
          });
      }
      return results;
    },
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      await probing;
    },
  };
}
