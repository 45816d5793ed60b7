import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '@elastic/elasticsearch';
import { describe, expect, it } from 'vitest';
import type { EventDocument } from '../domain/to-document.ts';
import { createEvents } from './bulk-create.ts';
import { ElasticError } from './errors.ts';
import type { MonthIndices } from './month-index.ts';

const DOCUMENT = {
  id: 'a',
  month: '2026.01',
  digest: 'd',
  received: 'r',
  takenMs: 0,
  source: Buffer.from('{}'),
  bytes: 2,
  keptBytes: 1,
};

/** What comes of a bulk request where something between us and Elasticsearch answers `body` with 200. */
async function answered(
  body: string,
  documents: readonly EventDocument[] = [DOCUMENT],
  months: MonthIndices = { open: async () => 'open', forget: () => {} },
) {
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
    return await createEvents(client, 'p', months)(documents, new AbortController().signal);
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

  it('sends what it can where a month can not be opened, and says so of that month alone', async () => {
    const months = {
      forget: () => {},
      open: async (month: string) => {
        if (month === '2039.12') throw new ElasticError(400);
        return 'open' as const;
      },
    };
    const documents = [{ ...DOCUMENT, month: '2039.12' }, DOCUMENT];
    expect(await answered('{"items":[{"create":{"status":201}}]}', documents, months)).toEqual([
      { status: 0, unsent: 'elasticsearch-400' },
      { status: 201 },
    ]);
  });

  it('tells what was taken before its month was dropped from what was taken after', async () => {
    const droppedAt = '2026-02-01T00:00:00.000Z';
    const months = { forget: () => {}, open: async () => ({ droppedAt }) };
    const documents = [-1, 0, 1].map((ms) => ({ ...DOCUMENT, takenMs: Date.parse(droppedAt) + ms }));
    expect(await answered('{"items":[]}', documents, months)).toEqual([
      'month-dropped',
      'month-dropped',
      'month-dropped-before',
    ]);
  });
});
