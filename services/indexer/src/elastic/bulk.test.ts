import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Client } from '@elastic/elasticsearch';
import { describe, expect, it, vi } from 'vitest';
import { bulk } from './bulk.ts';

const never = new AbortController().signal;

/**
 * What comes of these operations where a proxy answers a request with `statusOf` its ids; the requests, and the memory of
 * their bodies.
 */
async function written(ids: readonly string[], statusOf: (ids: readonly string[]) => number) {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const asked = [...(await text(request)).matchAll(/"_id":"(\w+)"/g)].map(([, id]) => id ?? '');
    requests.push(asked.join(','));
    const items = asked.map(() => ({ create: { status: 201 } }));
    response
      .writeHead(statusOf(asked), {
        'content-type': 'application/json',
        'x-elastic-product': 'Elasticsearch',
      })
      .end(JSON.stringify({ items }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const node = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new Client({ node, maxRetries: 0 });
  const asked = vi.spyOn(client.transport, 'request');
  try {
    const operations = ids.map((id) => ({
      action: `{"create":{"_id":"${id}"}}`,
      source: Buffer.from('{"é":1}'),
    }));
    const results = await bulk(client, operations, never);
    const memory = asked.mock.calls.map(([{ bulkBody }]) => (bulkBody as Buffer).buffer);
    return { requests, memory, statuses: results.map(({ status }) => status) };
  } finally {
    await client.close();
    server.close();
  }
}

describe('bulk', () => {
  it('halves what is too large for one request, and says of what is too large alone that it is', async () => {
    const tooLarge = (ids: readonly string[]) => (ids.length > 2 || ids.includes('c') ? 413 : 200);
    expect(await written(['a', 'b', 'c', 'd'], tooLarge)).toMatchObject({
      requests: ['a,b,c,d', 'a,b', 'c,d', 'c', 'd'],
      statuses: [201, 201, 413, 201],
    });
  });

  it('says of each that it was rejected where the request was', async () =>
    expect((await written(['a', 'b'], () => 429)).statuses).toEqual([429, 429]));

  it('knows nothing of any where there is no such answer', async () => {
    await expect(written(['a'], () => 503)).rejects.toMatchObject({ code: 'elasticsearch-503' });
  });

  it('writes each request anew, also into memory that another has used', async () => {
    for (const ids of [['a', 'b', 'c'], ['d'], ['e', 'f']]) {
      expect((await written(ids, () => 200)).requests).toEqual([ids.join(',')]);
    }
  });

  it('uses the memory of a body again once all of it is answered, and else never', async () => {
    const memoryOf = async (status: number) => (await written(['a'], () => status)).memory[0];
    const taken = await memoryOf(200);
    const rejected = await memoryOf(429);
    expect(rejected).toBe(taken);
    const next = await memoryOf(200);
    expect(next).not.toBe(rejected);
    expect(await memoryOf(200)).toBe(next);
  });
});
