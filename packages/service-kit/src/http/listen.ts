/**
 * A listening HTTP server that stops as it should: on dispose it takes no new connections, lets requests in
 * flight finish, and closes idle connections at once.
 */
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';

/** Milliseconds a client has to send its headers, and its whole request: a slow client holds memory. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;
/** Longer than the idle timeout of common load balancers, so they close first and no request is lost to a race. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;

/** Milliseconds of a stop after which connections are cut, well within the deadline of the process. */
const CLOSE_DEADLINE_MS = 15_000;
/** Milliseconds between looks for connections that became idle during a stop. */
const SWEEP_INTERVAL_MS = 50;

export type Listening = AsyncDisposable & { readonly port: number };

export type Fetch = (request: Request, ...rest: never[]) => Response | Promise<Response>;

/** Serves `fetch` at `hostname:port` (0 for any port). Rejects where the port is taken. */
export async function listen(
  fetch: Fetch,
  { hostname, port }: { readonly hostname: string; readonly port: number },
): Promise<Listening> {
  const server = createAdaptorServer({ fetch: fetch as (request: Request) => Promise<Response> }) as Server;
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  const open = new Set<ServerResponse>();
  server.prependListener('request', (_request, response: ServerResponse) => {
    open.add(response);
    response.once('close', () => open.delete(response));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, hostname, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => close(server, open),
  };
}

function close(server: Server, open: ReadonlySet<ServerResponse>): Promise<void> {
  // Tells clients not to send another request on a connection that is about to end.
  for (const response of open) if (!response.headersSent) response.setHeader('connection', 'close');
  return new Promise((resolve, reject) => {
    // A client that sends half a body must not hold the stop for as long as it likes.
    const deadline = setTimeout(() => server.closeAllConnections(), CLOSE_DEADLINE_MS);
    // A connection whose request just ended stays open for the next one: close those as they become idle.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_INTERVAL_MS);
    server.close((error) => {
      clearInterval(sweep);
      clearTimeout(deadline);
      if (error === undefined) resolve();
      else reject(error);
    });
    server.closeIdleConnections();
  });
}
