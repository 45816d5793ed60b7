import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { connectElastic } from './client.ts';

it('lets go of what is on its way when it is closed, however long that would have taken', async () => {
  const server = createServer((request, response) => {
    // It says what it is, and never answers anything else.
    if (request.url?.startsWith('/_nodes') !== true) return;
    response
      .writeHead(200, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' })
      .end('{"nodes":{"a":{"version":"9.0.0"}}}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = await connectElastic({ node: `http://127.0.0.1:${port}` });
  const asked = once(server, 'request');
  const bulk = client.bulk({ operations: [{ create: { _index: 'a' } }, {}] });
  const ended = expect(bulk).rejects.toThrow();
  await asked;
  await client.close();
  await ended;
  server.closeAllConnections();
  server.close();
});
