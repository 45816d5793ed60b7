/**
 * The real Elasticsearch behind a streaming proxy that can be told to answer as a hurt one does: too busy, away, half
 * of a bulk refused, an answer lost after the write, a connection cut in the middle. What it passes on is the real
 * thing; a document that it refuses was not written, one whose answer it loses was.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

export const ELASTIC_CONDUCTS = [
  '429',
  '503',
  'half-failed',
  'lost-answers',
  'cut-requests',
  'cut-answers',
] as const;

export type ElasticConduct = (typeof ELASTIC_CONDUCTS)[number];

export type ElasticFaults = AsyncDisposable & {
  readonly url: string;
  readonly port: number;
  /** From now on; undefined: as the real one. */
  readonly setConduct: (conduct: ElasticConduct | undefined) => void;
  /** Requests that were answered wrongly. */
  readonly hurt: () => number;
};

/** Of a bulk that is taken apart. The indexer's are 8 MiB by default, and one event more. */
const BULK_BYTES_MAX = 64 * 1024 * 1024;
/** Of these conducts every other bulk passes, so that a retry is seen to succeed while they last. */
const EVERY = 2;

export async function startElasticFaults(elasticUri: string): Promise<ElasticFaults> {
  let conduct: ElasticConduct | undefined;
  let hurt = 0;
  let bulks = 0;
  const server = createServer((incoming, outgoing) => {
    const isBulk = incoming.url?.startsWith('/_bulk') === true;
    const isHurt =
      conduct === '429' || conduct === '503' || (conduct !== undefined && isBulk && bulks++ % EVERY === 0);
    if (!isHurt || conduct === undefined) return pass(elasticUri, incoming, outgoing);
    hurt += 1;
    switch (conduct) {
      case '429':
        return refuse(429, 'es_rejected_execution_exception', incoming, outgoing);
      case '503':
        return refuse(503, 'cluster_block_exception', incoming, outgoing);
      case 'half-failed':
        return void halfFail(elasticUri, incoming, outgoing).catch(() => outgoing.destroy());
      case 'lost-answers':
        return pass(elasticUri, incoming, outgoing, (answer) => {
          answer.resume();
          answer.once('end', () => outgoing.destroy());
        });
      case 'cut-requests':
        return cutRequest(elasticUri, incoming, outgoing);
      case 'cut-answers':
        return pass(elasticUri, incoming, outgoing, (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.once('data', (chunk: Buffer) => {
            outgoing.write(chunk.subarray(0, chunk.length / 2), () => outgoing.destroy());
            answer.resume();
          });
        });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    setConduct: (next) => {
      conduct = next;
    },
    hurt: () => hurt,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function pass(
  elasticUri: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answered = (answer: IncomingMessage): void => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    pipeline(answer, outgoing, () => {});
  },
): void {
  const passed = ask(elasticUri, incoming, answered);
  passed.on('error', () => outgoing.destroy());
  outgoing.on('close', () => passed.destroy());
  pipeline(incoming, passed, () => {});
}

function ask(elasticUri: string, incoming: IncomingMessage, answered: (answer: IncomingMessage) => void) {
  // The client says "close" of its own connection, with every HEAD: of this proxy's it would be true once too often.
  const { connection: _, ...headers } = incoming.headers;
  const { url, method } = incoming;
  return request(new URL(url ?? '/', elasticUri), { method, headers }, answered);
}

function refuse(status: number, type: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  incoming.resume();
  incoming.once('end', () => {
    outgoing
      .writeHead(status, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' })
      .end(JSON.stringify({ error: { type, reason: 'by a fault' }, status }));
  });
}

/** The first chunk of the body goes through, then both sides are cut. */
function cutRequest(elasticUri: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const passed = ask(elasticUri, incoming, (answer) => answer.resume());
  passed.on('error', () => {});
  incoming.once('data', (chunk: Buffer) => {
    incoming.pause();
    passed.write(chunk.subarray(0, chunk.length / 2), () => {
      passed.destroy();
      outgoing.destroy();
    });
  });
}

/** Every other operation is written by the real one, the rest gets 429 in its place. */
async function halfFail(elasticUri: string, incoming: IncomingMessage, outgoing: ServerResponse) {
  const operations = operationsOf(await bytesOf(incoming));
  const written = operations.filter((_, n) => n % 2 === 1);
  const body = written.map((operation) => `${operation}\n`).join('');
  const items: object[] = [];
  if (body !== '') {
    const response = await fetch(new URL(incoming.url ?? '/', elasticUri), {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body,
    });
    const answer = (await response.json()) as { readonly items?: readonly object[] };
    if (answer.items?.length !== written.length) throw new Error('not the answer to a bulk');
    items.push(...answer.items);
  }
  const refused = { status: 429, error: { type: 'es_rejected_execution_exception' } };
  const all = operations.map((operation, n) => {
    const [action = 'create'] = Object.keys(JSON.parse(operation.slice(0, operation.indexOf('\n'))));
    return n % 2 === 1 ? items[(n - 1) / 2] : { [action]: refused };
  });
  outgoing
    .writeHead(200, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' })
    .end(JSON.stringify({ items: all }));
}

async function bytesOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > BULK_BYTES_MAX) throw new Error('a bulk of more bytes than are taken apart');
  }
  return Buffer.concat(chunks).toString();
}

/** An action and its source, two lines. */
function operationsOf(body: string): string[] {
  const lines = body.split('\n').filter((line) => line !== '');
  return Array.from({ length: lines.length / 2 }, (_, n) => `${lines[2 * n]}\n${lines[2 * n + 1]}`);
}
