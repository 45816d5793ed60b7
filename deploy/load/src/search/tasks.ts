/**
 * What a round does: the same asked of query and of Elasticsearch, and both answers held against what the generator
 * knows. A wrong answer ends the run.
 */
import { type After, type BareAnswer, bareRead, bareSearch } from './bare.ts';
import { receivedMs } from './document.ts';
import type { JsonClient, JsonRequest } from './json-client.ts';
import type { Known } from './known.ts';
import { type Kind, type Question, WALKS } from './questions.ts';
import { below, type Random } from './random.ts';

export type Task = {
  readonly query: JsonRequest;
  readonly bare: JsonRequest;
  /** Throws where an answer is wrong. */
  readonly check: (query: unknown, bare: unknown) => void;
};

export type Tasks = { readonly name: string; readonly task: (random: Random) => Task };

type Bundle = {
  readonly total?: number;
  readonly link?: readonly { readonly relation: string; readonly url: string }[];
  readonly entry?: readonly { readonly resource: { readonly id: string } }[];
};

export function searchTasks(known: Known, kind: Kind): Tasks {
  return { name: kind.name, task: (random) => searchTask(known, kind.ask(known, random)) };
}

export function readTasks(known: Known): Tasks {
  return {
    name: 'read by id',
    task: (random) => {
      const id = known.idOf(below(random, known.data.count));
      return {
        query: { path: `/AuditEvent/${id}` },
        bare: bareRead(id),
        check: (query, bare) => {
          same(`the event ${id}`, (query as { id: string }).id, id);
          same(`the document ${id}`, (bare as { _id: string })._id, id);
        },
      };
    },
  };
}

/**
 * The pages of some depths, reached as a client reaches them: from `next` to `next`. Every page on the way has to be
 * the one that comes there, so that none is left out and none comes twice.
 */
export async function walkTasks(
  known: Known,
  query: JsonClient,
  depths: readonly number[],
  random: Random,
): Promise<Tasks[]> {
  const byDepth = new Map(depths.map((depth): [number, Task[]] => [depth, []]));
  const deepest = Math.max(...depths);
  for (const kind of WALKS) {
    const question = kind.ask(known, random);
    const total = known.count(question.holds);
    const events = known.newest(question.holds, deepest * question.count);
    let path = pathOf(question);
    for (let depth = 1; depth <= deepest; depth++) {
      const from = (depth - 1) * question.count;
      const expected = { total, ids: events.slice(from, from + question.count).map(known.idOf) };
      byDepth.get(depth)?.push(taskOf(question, path, expected, afterEvent(known, events[from - 1], total)));
      const page = checkedBundle(path, await query.ask({ path }), question, expected);
      if (depth < deepest) path = nextPath(page);
    }
  }
  return [...byDepth].map(([depth, tasks]) => {
    let round = 0;
    return { name: `page ${depth} by next`, task: () => tasks[round++ % tasks.length]! };
  });
}

type Expected = {
  readonly total: number;
  /** Undefined where it is not known which events the page has. */
  readonly ids: readonly string[] | undefined;
};

function searchTask(known: Known, question: Question): Task {
  const { holds, count, newestFirst } = question;
  const ids = newestFirst ? known.newest(holds, count).map(known.idOf) : undefined;
  return taskOf(question, pathOf(question), { total: known.count(holds), ids });
}

/** `after`: where the page is not the first. */
function taskOf(question: Question, path: string, expected: Expected, after?: After): Task {
  return {
    query: { path },
    bare: bareSearch(new URL(path, 'http://query').searchParams, after),
    check: (query, bare) => {
      checkedBundle(path, query, question, expected);
      const { hits } = bare as BareAnswer;
      // Elasticsearch is asked for one event more, and for the total only at the first page.
      const page = hits.hits.slice(0, question.count).map(({ _id }) => _id);
      const total = hits.total?.value ?? expected.total;
      checkAnswer(`Elasticsearch to ${path}`, { total, page }, question, expected);
    },
  };
}

function afterEvent(known: Known, n: number | undefined, total: number): After | undefined {
  if (n === undefined) return undefined;
  const horizon = receivedMs(known.recordedMs.at(-1)!) * 1000;
  return { values: [known.recordedMs[n]! * 1000, known.idOf(n)], horizon, total };
}

function nextPath({ link }: Bundle): string {
  const next = link?.find(({ relation }) => relation === 'next');
  if (next === undefined) throw new Error('bench: there is no next page');
  const { pathname, search } = new URL(next.url);
  return pathname + search;
}

function pathOf({ parameters, count }: Question): string {
  const form = new URLSearchParams();
  for (const [name, value] of [...parameters, ['_count', String(count)] as const]) form.append(name, value);
  return `/AuditEvent?${form}`;
}

function checkedBundle(path: string, answer: unknown, question: Question, expected: Expected): Bundle {
  const bundle = answer as Bundle;
  const page = (bundle.entry ?? []).map(({ resource }) => resource.id);
  checkAnswer(`query to ${path}`, { total: bundle.total, page }, question, expected);
  return bundle;
}

type Answered = { readonly total: number | undefined; readonly page: readonly string[] };

function checkAnswer(who: string, { total, page }: Answered, { count }: Question, expected: Expected): void {
  same(`total by ${who}`, total, expected.total);
  same(`length of the page by ${who}`, page.length, expected.ids?.length ?? Math.min(count, expected.total));
  for (const [i, id] of (expected.ids ?? []).entries()) same(`event ${i} by ${who}`, page[i], id);
}

function same(what: string, found: unknown, expected: unknown): void {
  if (found !== expected) throw new Error(`bench: ${what} is ${found}, not ${expected}`);
}
