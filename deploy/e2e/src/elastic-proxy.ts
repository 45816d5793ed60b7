/**
 * Elasticsearch behind a proxy that passes everything on, or refuses as Elasticsearch does: quoting what it was given.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type ElasticProxy = AsyncDisposable & {
  readonly url: string;
  /** Refuses with this status from now on, quoting the request and `quoted`; undefined: passes on. */
  readonly refuse: (status: number | undefined, quoted?: string) => void;
  readonly refused: () => number;
  /** The `traceparent` headers of each request so far to a path that begins so. */
  readonly traceparents: (path: string) => (readonly string[])[];
};

export async function startElasticProxy(elasticUri: string): Promise<ElasticProxy> {
  let refusal: { readonly status: number; readonly quoted: string } | undefined;
  let refused = 0;
  const asked: { readonly path: string; readonly traceparents: readonly string[] }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { traceparent: traceparents = [] } = request.headersDistinct;
    asked.push({ path: request.url ?? '', traceparents });
    if (refusal !== undefined) {
      refused += 1;
      const reason = `failed to parse [${refusal.quoted}] in ${request.url} ${body}`;
      const error = { type: 'mapper_parsing_exception', reason, root_cause: [{ type: reason, reason }] };
      answer(response, refusal.status, JSON.stringify({ error, status: refusal.status }));
      return;
    }
    const headers = {
      'content-type': request.headers['content-type'] ?? '',
      accept: request.headers.accept ?? '',
    };
    const hasBody = body.length > 0;
    const passed = await fetch(`${elasticUri}${request.url}`, {
      method: request.method ?? 'GET',
      headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== '')),
      ...(hasBody && { body }),
    });
    answer(
      response,
      passed.status,
      Buffer.from(await passed.arrayBuffer()),
      passed.headers.get('content-type'),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    refuse: (status, quoted = '') => {
      refusal = status === undefined ? undefined : { status, quoted };
    },
    refused: () => refused,
    traceparents: (path) => asked.filter((one) => one.path.startsWith(path)).map((one) => one.traceparents),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answer(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  type: string | null = 'application/json',
): void {
  response
    .writeHead(status, { 'content-type': type ?? 'application/json', 'x-elastic-product': 'Elasticsearch' })
    .end(body);
}
