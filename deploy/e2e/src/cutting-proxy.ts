/**
 * A TCP proxy in front of a gateway that cuts the client's connection where a test wants it: when the first byte of
 * the answer arrives (so what was asked is done, and nobody hears of it), or in the middle of the request's body.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What becomes of a connection. */
export type Fate = 'pass' | 'cut-answer' | { readonly cutAfterBodyBytes: number };

export type CuttingProxy = AsyncDisposable & {
  readonly url: string;
  /** Connections that were cut, and that the gateway has let go too. */
  readonly cuts: () => number;
};

const HEADERS_END = '\r\n\r\n';

/** `fateOf` is asked once for each connection, in their order from 0. */
export async function startCuttingProxy(
  targetUrl: string,
  fateOf: (connection: number) => Fate,
): Promise<CuttingProxy> {
  const { hostname, port } = new URL(targetUrl);
  const clients = new Set<Socket>();
  let connections = 0;
  let cuts = 0;

  const server = createServer((client) => {
    const fate = fateOf(connections++);
    const gateway = connect(Number(port), hostname);
    let isCut = false;
    const cut = () => {
      isCut = true;
      client.resetAndDestroy();
      // An end, not a reset: a reset may take from the gateway what it has not read yet.
      gateway.end();
    };
    clients.add(client);
    client.on('close', () => {
      clients.delete(client);
      gateway.end();
    });
    gateway.on('close', () => {
      if (isCut) cuts += 1;
      client.destroy();
    });
    for (const socket of [client, gateway]) {
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
    }
    const allowed = typeof fate === 'object' ? cutAfterBody(fate.cutAfterBodyBytes) : passAll;
    client.on('data', (chunk: Buffer) => {
      if (isCut) return;
      const passed = allowed(chunk);
      gateway.write(passed);
      if (passed.length < chunk.length) cut();
    });
    gateway.on('data', (chunk: Buffer) => {
      if (isCut) return;
      if (fate === 'cut-answer') cut();
      else client.write(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cuts: () => cuts,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const client of clients) client.destroy();
      await closed;
    },
  };
}

/** What of the next chunk of a request is passed on. */
type Allowed = (chunk: Buffer) => Buffer;

const passAll: Allowed = (chunk) => chunk;

/** The headers and `bodyBytes` of the body. */
function cutAfterBody(bodyBytes: number): Allowed {
  let seen = Buffer.alloc(0);
  return (chunk) => {
    const before = seen.length;
    seen = Buffer.concat([seen, chunk]);
    const headersEnd = seen.indexOf(HEADERS_END);
    if (headersEnd < 0) return chunk;
    return chunk.subarray(0, Math.max(0, headersEnd + HEADERS_END.length + bodyBytes - before));
  };
}
