/** The hurt Elasticsearch of the faults: what it says is refused was not written, what it is silent about was. */
import { randomUUID } from 'node:crypto';
import { afterAll, expect, inject, it } from 'vitest';
import { startElasticFaults } from '../src/elastic-faults.ts';

const elasticUri = inject('elasticUri');
const index = `faults-${randomUUID()}`;
const proxy = await startElasticFaults(elasticUri);

afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await fetch(`${elasticUri}/${index}`, { method: 'DELETE' });
});

/** The statuses of a bulk that creates these, or `cut`. */
async function create(...ids: readonly string[]): Promise<readonly number[] | 'cut'> {
  const body = ids.map((id) => `{"create":{"_index":"${index}","_id":"${id}"}}\n{"n":"${id}"}\n`).join('');
  const headers = { 'content-type': 'application/x-ndjson' };
  try {
    const response = await fetch(`${proxy.url}/_bulk?refresh=true`, { method: 'POST', headers, body });
    if (response.status !== 200) return [response.status];
    const { items } = (await response.json()) as { items: { create: { status: number } }[] };
    return items.map((item) => item.create.status);
  } catch {
    return 'cut';
  }
}

async function isThere(id: string): Promise<boolean> {
  return (await fetch(`${elasticUri}/${index}/_doc/${id}`)).status === 200;
}

/** Whose turn it is to be hurt: each other bulk passes. */
async function hurt(...ids: readonly string[]): Promise<readonly number[] | 'cut'> {
  const before = proxy.hurt();
  const answer = await create(...ids);
  if (proxy.hurt() > before) return answer;
  return await create(...ids.map((id) => `${id}-again`));
}

it('passes everything on while it is well', async () => {
  proxy.setConduct(undefined);
  expect(await create('a', 'b')).toEqual([201, 201]);
  expect(await isThere('b')).toBe(true);
});

it.each([429, 503] as const)('answers %i and has written nothing', async (status) => {
  proxy.setConduct(String(status) as '429' | '503');
  expect(await create(`whole-${status}`)).toEqual([status]);
  expect(await isThere(`whole-${status}`)).toBe(false);
});

it('refuses half of a bulk and has written the other half', async () => {
  proxy.setConduct('half-failed');
  const ids = ['h1', 'h2', 'h3', 'h4', 'h5'];
  expect(await hurt(...ids)).toEqual([429, 201, 429, 201, 429]);
  const there = await Promise.all(
    ids.flatMap((id) => [id, `${id}-again`]).map(async (id) => ((await isThere(id)) ? [id.slice(0, 2)] : [])),
  );
  expect(there.flat().filter((id) => id === 'h2' || id === 'h4').length).toBeGreaterThan(0);
});

it.each(['lost-answers', 'cut-answers'] as const)(
  'with %s has written what nobody heard of',
  async (conduct) => {
    proxy.setConduct(conduct);
    expect(await hurt(conduct)).toBe('cut');
    expect((await isThere(conduct)) || (await isThere(`${conduct}-again`))).toBe(true);
  },
);

it('with cut-requests has written nothing', async () => {
  proxy.setConduct('cut-requests');
  expect(await hurt('cut')).toBe('cut');
});
