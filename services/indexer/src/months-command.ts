/**
 * What an operator does about months: sees them, holds one so that it is not deleted when its retention is over, lets it go.
 * It changes nothing but the hold; a month that was dropped stays so. What it says is for people; its exit status is for scripts.
 */
import { isIndexMonth, isPastRetention } from '@auditbox/fhir-core';
import {
  checkSettings,
  type DecodedSettings,
  decodeSettings,
  ELASTIC_SETTINGS,
  type Environment,
  elasticClientOptions,
  elasticProblems,
  indexProblems,
  type SettingsOf,
} from '@auditbox/service-kit';
import type { Client } from '@elastic/elasticsearch';
import { INDEXER_SETTINGS } from './config.ts';
import { type MonthRow, monthTable } from './domain/month-table.ts';
import { connectElastic } from './elastic/client.ts';
import { ElasticError, WrongVersionError } from './elastic/errors.ts';
import { monthSizes } from './elastic/month-sizes.ts';
import { type Months, monthsIndex, monthsOf } from './elastic/months.ts';

const { indexPrefix, quarantineIndex, dataRetentionDays } = INDEXER_SETTINGS;

/** Of the indexer's what it needs, so that it runs where only those are known. */
const MONTHS_SETTINGS = { ...ELASTIC_SETTINGS, indexPrefix, quarantineIndex, dataRetentionDays } as const;

export type MonthsConfig = SettingsOf<typeof MONTHS_SETTINGS>;

export function readMonthsConfig(environment: Environment): DecodedSettings<typeof MONTHS_SETTINGS> {
  return checkSettings(decodeSettings(MONTHS_SETTINGS, environment), elasticProblems, indexProblems);
}

export type Saying = {
  readonly say: (text: string) => void;
  readonly complain: (text: string) => void;
};

const DONE = 0;
const FAILED = 1;

const USAGE = 'months [list | hold MONTH | release MONTH], a month as 2025.03 (its id month, in UTC)';

const NOT_FOUND = 404;
const CONFLICT = 409;

/** Does what `args` ask for and gives the exit status. */
export async function monthsCommand(
  args: readonly string[],
  config: MonthsConfig,
  saying: Saying,
): Promise<number> {
  const { complain } = saying;
  const [command = 'list', month = ''] = args;
  const takesMonth = command === 'hold' || command === 'release';
  if ((command !== 'list' && !takesMonth) || args.length > (takesMonth ? 2 : 1)) {
    complain(`usage: ${USAGE}`);
    return FAILED;
  }
  if (takesMonth && !isIndexMonth(month)) {
    complain('there is no such month: it is written as 2025.03, from 2010.01 to 2039.12, or other');
    return FAILED;
  }
  try {
    const client = await connectElastic(elasticClientOptions(config));
    try {
      const months = monthsOf(client, config.indexPrefix);
      if (command === 'hold') return await hold(month, months, saying);
      if (command === 'release') return await release(month, months, config, saying);
      return await list(client, months, config, saying);
    } finally {
      await client.close();
    }
  } catch (error) {
    complain(whyNot(error, config));
    return FAILED;
  }
}

async function hold(month: string, months: Months, { say, complain }: Saying): Promise<number> {
  // Rejects where the index is not there: a hold in another one would hold nothing.
  await months.look(month);
  const state = await months.hold(month);
  if (state === 'dropped') {
    complain(`${month} was dropped when its retention was over: there is nothing left to hold`);
    return FAILED;
  }
  if (state === undefined) throw new ElasticError(CONFLICT);
  say(`${month} is held: it is not deleted until it is released`);
  return DONE;
}

async function release(
  month: string,
  months: Months,
  { dataRetentionDays: days }: MonthsConfig,
  { say, complain }: Saying,
): Promise<number> {
  const was = await months.release(month);
  if (was === 'dropped') {
    complain(`${month} was dropped when its retention was over: nobody holds it`);
    return FAILED;
  }
  const isPast = days !== 'off' && isPastRetention(month, days, Date.now());
  say(
    was === undefined
      ? `${month} was not held`
      : `${month} is not held any more${isPast ? ', and past its retention: an indexer deletes it within the next hours' : ''}`,
  );
  return DONE;
}

async function list(
  client: Client,
  months: Months,
  { indexPrefix: prefix, dataRetentionDays: days }: MonthsConfig,
  { say }: Saying,
): Promise<number> {
  const entries = await months.list();
  const sizes = await monthSizes(client, prefix);
  const rows = [...new Set([...sizes.keys(), ...entries.keys()])].toSorted().map(
    (month): MonthRow => ({
      month,
      entry: entries.get(month),
      size: sizes.get(month) ?? { indices: 0, documents: 0, bytes: 0 },
    }),
  );
  say(rows.length === 0 ? 'there are no months yet' : monthTable(rows, days, Date.now()));
  return DONE;
}

/** For whoever runs it. Nothing of Elasticsearch's own text, which can quote what it was given. */
function whyNot(error: unknown, { indexPrefix: prefix }: MonthsConfig): string {
  if (error instanceof WrongVersionError) return `Elasticsearch has another version than 9 (${error.code})`;
  if (!(error instanceof ElasticError)) throw error;
  const { status, code } = error;
  if (status === NOT_FOUND) {
    return `there is no index ${monthsIndex(prefix)}: no indexer has started under this ${indexPrefix.name}`;
  }
  if (status === CONFLICT) return 'somebody else changed it at the same moment: look at it again';
  if (status === undefined)
    return `Elasticsearch does not answer at ${ELASTIC_SETTINGS.elasticUri.name} (${code})`;
  return `Elasticsearch did not do it (${code})`;
}
