/**
 * What a round does: the same asked of query and of Elasticsearch, and both answers held against what the generator
 * knows. A wrong answer ends the run.
 */
import { type BareAnswer, bareRead, bareSearch } from './bare.ts';
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
  for (const kind of WALKS) {
    const question = kind.ask(known, random);
    const expected = expectedOf(known, question, Math.max(...depths) * question.count);
    let path = pathOf(question);
    for (let depth = 1; ; depth++) {
      const ids = expected.ids.slice((depth - 1) * question.count, depth * question.count);
      const task = taskOf(question, path, { ...expected, ids });
      byDepth.get(depth)?.push(task);
      const page = (await query.ask({ path })) as Bundle;
      checkBundle(path, page, { ...expected, ids });
      const next = page.link?.find(({ relation }) => relation === 'next');
      if (depth === Math.max(...depths)) break;
      if (next === undefined) throw new Error(`bench: ${path} has no next page`);
      const url = new URL(next.url);
      path = url.pathname + url.search;
    }
  }
  return [...byDepth].map(([depth, tasks]) => {
    let round = 0;
    return { name: `page ${depth} by next`, task: () => tasks[round++ % tasks.length]! };
  });
}

type Expected = {
  readonly total: number;
  readonly count: number;
  readonly ids: readonly string[] | undefined;
};
type ExpectedIds = Expected & { readonly ids: readonly string[] };

function searchTask(known: Known, question: Question): Task {
  const { ids, ...expected } = expectedOf(known, question, question.count);
  return taskOf(question, pathOf(question), { ...expected, ids: question.newestFirst ? ids : undefined });
}

function taskOf(question: Question, path: string, expected: Expected): Task {
  return {
    query: { path },
    bare: bareSearch(new URL(path, 'http://query').searchParams),
    check: (query, bare) => {
      checkBundle(path, query as Bundle, expected);
      const { hits } = bare as BareAnswer;
      if (hits.total !== undefined)
        same(`Elasticsearch's total of ${path}`, hits.total.value, expected.total);
      checkPage(
        `Elasticsearch's page of ${path}`,
        hits.hits.map(({ _id }) => _id),
        question.count,
        expected,
      );
    },
  };
}

function expectedOf(known: Known, { holds, count }: Question, length: number): ExpectedIds {
  return { total: known.count(holds), count, ids: known.newest(holds, 0, length) };
}

function pathOf({ parameters, count }: Question): string {
  const form = new URLSearchParams();
  for (const [name, value] of [...parameters, ['_count', String(count)] as const]) form.append(name, value);
  return `/AuditEvent?${form}`;
}

function checkBundle(path: string, { total, entry = [] }: Bundle, expected: Expected): void {
  same(`the total of ${path}`, total, expected.total);
  checkPage(
    `the page of ${path}`,
    entry.map(({ resource }) => resource.id),
    expected.count,
    expected,
  );
}

function checkPage(what: string, found: readonly string[], count: number, { total, ids }: Expected): void {
  same(`the size of ${what}`, found.length, ids?.length ?? Math.min(count, total));
  for (const [i, id] of (ids ?? []).entries()) same(`event ${i} of ${what}`, found[i], id);
}

function same(what: string, found: unknown, expected: unknown): void {
  if (found !== expected) throw new Error(`bench: ${what} is ${found}, not ${expected}`);
}
