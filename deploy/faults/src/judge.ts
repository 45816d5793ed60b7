/**
 * What became of the events of a round, as a reader of the API sees it, held against what the senders were answered,
 * against the topic and against quarantine. Two ways that know nothing of each other: the answers and a full read by
 * search here, and deploy/verify.
 */
import { type Bundle, keyOf, type Resource, search, topicRecords } from '@auditbox/e2e';
import { digestOf } from './books.ts';
import { isPoison } from './faults/poison.ts';
import type { Load } from './load.ts';
import { prove } from './proof.ts';
import type { Stage } from './stage.ts';
import { NotInTime, waitUntil } from './wait-until.ts';

const PAGE_EVENTS = 1_000;
/** An item of quarantine is listed a moment after it is there. */
const PROOF_MS_MAX = 15_000;
/** Ids that one search asks for: their URL is well below what the services read. */
const IDS_A_SEARCH = 400;
/** Places and ids that a problem names. */
const NAMED_MAX = 5;

export type Judgement = {
  readonly stored: number;
  /** Acknowledged and not found, but for what a fault deleted from the log. */
  readonly lost: number;
  /** Each in one sentence; none: all is well. */
  readonly problems: readonly string[];
};

/** Takes from `missing` what a search finds now; true when nothing is left. */
export async function findThese(url: string, missing: Set<string>): Promise<boolean> {
  for (;;) {
    const asked = [...missing].slice(0, IDS_A_SEARCH);
    if (asked.length === 0) return true;
    const { entry = [] } = await search(
      url,
      `_id=${asked.join(',')}&_elements=id&_count=${IDS_A_SEARCH}&_total=none`,
    );
    for (const { resource } of entry) missing.delete(resource.id);
    if (entry.length < asked.length) return false;
  }
}

/** Once the load has ended. Waits until what the topic holds is stored or in quarantine, then judges. */
export async function judge(stage: Stage, load: Load, deadlineMs: number): Promise<Judgement> {
  const { environment, expected } = stage;
  const topic = environment.AUDITBOX_EVENTS_TOPIC!;
  const records = await topicRecords(environment, topic);
  const placeOf = ({ partition, offset }: { partition: number; offset: bigint }): string =>
    `${partition}@${offset}`;
  const events = records.filter((record) => !isPoison(record));
  const poison = new Set(records.filter(isPoison).map(placeOf));
  const ids = new Set([...events.map(({ key }) => key ?? ''), ...load.acknowledged.keys()]);
  for (const id of expected.deleted) ids.delete(id);
  const problems: string[] = [];
  const missing = new Set(ids);
  try {
    await waitUntil('all is found', () => findThese(stage.query.url, missing), deadlineMs);
  } catch (error) {
    if (!(error instanceof NotInTime)) throw error;
    problems.push(`not all that is in the topic is found${reasonIn(error)}`);
  }
  const found = await allEvents(stage.query.url);
  const foundIds = countedBy(found, ({ id }) => id);
  const foundKeys = countedBy(found, keyOf);
  const twice = (counted: ReadonlyMap<string, number>) =>
    [...counted].filter(([, times]) => times > 1).map(([name]) => name);
  const wrong = (what: string, names: readonly string[]) => {
    if (names.length > 0) problems.push(`${named(names)} ${what}`);
  };
  const lost = [...load.acknowledged.keys()].filter((id) => !foundIds.has(id) && !expected.deleted.has(id));
  wrong('acknowledged and lost', lost);
  wrong('deleted by the fault and yet found', [...expected.deleted.intersection(new Set(foundIds.keys()))]);
  wrong('found twice', twice(foundIds));
  wrong('stored twice, under two ids', twice(foundKeys));
  wrong(
    'found and sent by nobody',
    [...foundKeys.keys()].filter((key) => !load.sent.has(key)),
  );
  wrong(
    'in the topic and not found',
    [...ids].filter((id) => !foundIds.has(id)),
  );
  const accounted = ids.union(expected.forgotten);
  wrong(
    'found and not in the topic',
    [...foundIds.keys()].filter((id) => !accounted.has(id)),
  );
  const copies = countedBy(events, ({ key }) => key ?? '');
  const isChanged = (event: Resource): boolean => {
    const answered = load.acknowledged.get(event.id);
    const isOneOfSeveral = (copies.get(event.id) ?? 0) > 1 || expected.forgotten.has(event.id);
    return (
      answered !== undefined &&
      digestOf(event, isOneOfSeveral) !== (isOneOfSeveral ? answered.content : answered.whole)
    );
  };
  wrong(
    'changed between its 201 and its reading',
    found.filter(isChanged).map(({ id }) => id),
  );

  const quarantined = new Set(
    (await topicRecords(environment, environment.AUDITBOX_QUARANTINE_TOPIC!)).map(
      ({ headers }) => `${headers['quarantine-partition']}@${headers['quarantine-offset']}`,
    ),
  );
  wrong('in quarantine and does not belong there', [...quarantined.difference(poison)]);
  wrong('belongs in quarantine and is not there', [...poison.difference(quarantined)]);
  let differences: readonly string[] = [];
  try {
    await waitUntil(
      'the store equals the log',
      async () => {
        differences = await prove(stage);
        return differences.length === 0;
      },
      PROOF_MS_MAX,
    );
  } catch (error) {
    if (!(error instanceof NotInTime)) throw error;
    problems.push(...differences, ...(differences.length > 0 ? [] : [error.message]));
  }
  return { stored: found.length, lost: lost.length, problems };
}

async function allEvents(url: string): Promise<readonly Resource[]> {
  const found: Resource[] = [];
  let query: string | undefined = `_count=${PAGE_EVENTS}&_total=none`;
  while (query !== undefined) {
    const { entry = [], link = [] }: Bundle = await search(url, query);
    found.push(...entry.map(({ resource }) => resource));
    const next = link.find(({ relation }) => relation === 'next');
    query = next && new URL(next.url).search.slice(1);
  }
  return found;
}

function countedBy<Item>(items: readonly Item[], nameOf: (item: Item) => string): Map<string, number> {
  const counted = new Map<string, number>();
  for (const item of items) counted.set(nameOf(item), (counted.get(nameOf(item)) ?? 0) + 1);
  return counted;
}

function named(names: Iterable<string>): string {
  const all = [...names];
  return `${all.length} (${all.slice(0, NAMED_MAX).join(', ')}${all.length > NAMED_MAX ? ', …' : ''})`;
}

function reasonIn(error: Error): string {
  const [, reason = ''] = /found: (.*)$/.exec(error.message) ?? [];
  return reason === '' ? '' : `; at last ${reason}`;
}
