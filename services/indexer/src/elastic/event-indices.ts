/** All that has to be in Elasticsearch before the first event is written, in its order; and the indices of months after that. */
import type { Client } from '@elastic/elasticsearch';
import type { IndexSettings } from './event-index.ts';
import { settleGeneration } from './generation.ts';
import { applyIndexTemplate } from './index-template.ts';
import { type MonthIndices, monthIndices } from './month-index.ts';
import { type Months, monthsOf } from './months.ts';

export type EventIndices = MonthIndices & {
  readonly months: Months;
  /** The generation that is read, where it is an older one: a rebuild is due. */
  readonly older: number | undefined;
};

/** Rejects with an ElasticError where Elasticsearch is away, with an OtherProjectionError where its indices are another release's. */
export async function prepareEventIndices(client: Client, settings: IndexSettings): Promise<EventIndices> {
  const months = monthsOf(client, settings.indexPrefix);
  await months.prepare(settings);
  const older = await settleGeneration(client, settings.indexPrefix, months);
  await applyIndexTemplate(client, settings);
  return { ...monthIndices(client, settings, months), months, older };
}
