import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '@elastic/elasticsearch';
import { describe, expect, it } from 'vitest';
import { createEvents } from './bulk-create.ts';

const DOCUMENT = { id: 'a', month: '2026.01', digest: 'd', received: 'r', source: '{}', bytes: 2 };

/** What comes of a bulk request where something between us and Elasticsearch answers `body` with 200. */
async function answered(body: string) {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () =>
      response
        .writeHead(200, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' })
        .end(body),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new Client({
    node: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    maxRetries: 0,
  });
  try {
    const months = { open: async () => 'open' as const, forget: () => {} };
    return await createEvents(client, 'p', months)([DOCUMENT], new AbortController().signal);
  } finally {
    await client.close();
    server.close();
  }
}

describe('createEvents', () => {
  it.each(['', '{}', '{"items":[]}', '{"errors":false}'])(
    'takes a 200 that does not name every document (%j) for no answer',
    async (body) => {
      await expect(answered(body)).rejects.toMatchObject({ code: 'elasticsearch-unreachable' });
    },
  );

  it('gives the status and the type of error of each document', async () => {
    expect(await answered('{"items":[{"create":{"status":400,"error":{"type":"x"}}}]}')).toEqual([
      { status: 400, errorType: 'x' },
    ]);
  });
});
