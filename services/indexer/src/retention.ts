/** Retention, tied together: the sweeps of one replica, what they report and what is counted of them. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger, Metrics } from '@auditbox/service-kit';
import type { Client } from '@elastic/elasticsearch';
import type { IndexerConfig } from './config.ts';
import { startSweeping } from './domain/sweeping.ts';
import type { Months } from './elastic/months.ts';
import { sweepMonths } from './elastic/retention.ts';
import { retentionReports } from './events.ts';
import { retentionCounts } from './metrics.ts';

/** Sweeps until it is disposed; never where retention is off. Each replica does: whoever is first deletes. */
export function startRetention(
  client: Client,
  months: Months,
  { indexPrefix, dataRetentionDays: days }: Pick<IndexerConfig, 'indexPrefix' | 'dataRetentionDays'>,
  logger: Logger,
  metrics: Metrics,
): AsyncDisposable {
  if (days === 'off') return { [Symbol.asyncDispose]: async () => {} };
  const counts = retentionCounts(metrics);
  const reports = retentionReports(logger, counts);
  const sweep = { client, indexPrefix, months, days, now: Date.now, reports };
  return startSweeping({
    sweep: (signal) => sweepMonths(sweep, signal),
    onDone: reports.swept,
    onFailed: reports.notSwept,
    random: Math.random,
    delay: (ms, signal) => wait(ms, undefined, { signal }),
  });
}
