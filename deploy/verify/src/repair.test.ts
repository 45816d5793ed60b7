import { ElasticError } from '@auditbox/indexer/elastic/errors';
import { LARGE_DOCUMENT_BYTES } from '@auditbox/indexer/to-document';
import { expect, it } from 'vitest';
import { type Create, writeMissing } from './repair.ts';
import { TRIES_MAX } from './try-again.ts';

const document = (id: string, bytes = 2) => ({
  ...{
    id,
    bytes,
    month: '2026.01',
    digest: 'd',
    received: '',
    takenMs: 0,
    source: Buffer.from('{}'),
    keptBytes: 1,
  },
});

type Results = Awaited<ReturnType<Create>>;

/** What comes of writing these where `answer` is what each request gets, and which ids each had. */
async function writing(
  documents: readonly ReturnType<typeof document>[],
  answer: (ids: readonly string[], turn: number) => Results,
  signal = new AbortController().signal,
) {
  const requests: string[][] = [];
  const create: Create = async (some) => {
    requests.push(some.map(({ id }) => id));
    return answer(requests.at(-1) ?? [], requests.length);
  };
  return { there: await writeMissing(create, documents, signal), requests };
}

const all = (status: number) => (ids: readonly string[]) => ids.map(() => ({ status }));

it('counts as there what was written, and what an indexer wrote just before', async () => {
  const answer = (): Results => [{ status: 201 }, { status: 409, errorType: 'version_conflict' }];
  expect(await writing([document('a'), document('b')], answer)).toEqual({
    there: 2,
    requests: [['a', 'b']],
  });
});

it.each([429, 502, 503, 504, 404])('tries again what got a %i, that alone', async (status) => {
  const answer = (ids: readonly string[], turn: number): Results =>
    ids.map((id) => ({ status: id === 'b' && turn === 1 ? status : 201 }));
  expect(await writing([document('a'), document('b')], answer)).toEqual({
    there: 2,
    requests: [['a', 'b'], ['b']],
  });
});

it.each([
  ['no answer', undefined],
  ['a busy door', 503],
])('tries again where nothing is known of any: %s', async (_why, status) => {
  const answer = (ids: readonly string[], turn: number): Results => {
    if (turn === 1) throw new ElasticError(status);
    return all(201)(ids);
  };
  expect(await writing([document('a')], answer)).toEqual({ there: 1, requests: [['a'], ['a']] });
});

it('tries again where a month could not be opened', async () => {
  const answer = (_: readonly string[], turn: number): Results =>
    turn === 1 ? [{ status: 0, unsent: 'elasticsearch-503' }] : [{ status: 201 }];
  expect(await writing([document('a')], answer)).toMatchObject({ there: 1 });
});

it('gives up in the end, and at once where no try would change anything', async () => {
  const busy = await writing([document('a')], all(429));
  expect(busy).toMatchObject({ there: 0 });
  expect(busy.requests).toHaveLength(TRIES_MAX);
  for (const answer of [all(400), all(403), (): Results => ['month-dropped']])
    expect(await writing([document('a')], answer)).toEqual({ there: 0, requests: [['a']] });
});

it('sends bounded requests, and a large document alone', async () => {
  const many = Array.from({ length: 1_001 }, (_, n) => document(`${n}`));
  const { there, requests } = await writing(many, all(201));
  expect(there).toBe(1_001);
  expect(requests.map(({ length }) => length)).toEqual([500, 500, 1]);
  const third = LARGE_DOCUMENT_BYTES / 3;
  const sized = [third, third, third, third, LARGE_DOCUMENT_BYTES + 1, third].map((bytes, n) =>
    document(`${n}`, bytes),
  );
  expect((await writing(sized, all(201))).requests).toEqual([['0', '1', '2'], ['3'], ['4'], ['5']]);
});

it('leaves an error that is not of Elasticsearch as it is, and ends when it is told to', async () => {
  const fault = (): Results => {
    throw new RangeError('a fault');
  };
  await expect(writing([document('a')], fault)).rejects.toThrow(RangeError);
  const ended = AbortSignal.abort();
  const away = (): Results => {
    throw new ElasticError(undefined);
  };
  await expect(writing([document('a')], away, ended)).rejects.toThrow('aborted');
});
