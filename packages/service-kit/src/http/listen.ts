/**
 * A listening HTTP server that stops as it should: on dispose it takes no new connections, answers every request that
 * has reached it, and ends connections in stages, so that no answer is lost to a reset.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { getRequestListener, RequestError } from '@hono/node-server';
import { type Connections, trackConnections } from './connections.ts';
import { answerFrameErrors, frameErrorResponse } from './frame-errors.ts';
import { type Handshakes, trackHandshakes } from './handshakes.ts';
import { type ServerIdentity, STRICT_TRANSPORT, tlsOptions } from './tls.ts';

/** Milliseconds a client has to send its headers, and its whole request: a slow client holds memory. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;
/** Milliseconds between looks for clients that took longer; Node's own 30 s would treble the bound. */
const TIMEOUT_CHECK_MS = 1000;
/** Longer than the idle timeout of common load balancers, so they close first and no request is lost to a race. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
/**
 * Milliseconds in which nothing moves on a connection: who takes no more of an answer holds its memory. Longer than any
 * answer is waited for; a service that may wait longer says so.
 */
const STALL_TIMEOUT_MS = 60_000;
/** A search may have many values, and the links of its pages hold all of them and a cursor. */
const HEADER_BYTES_MAX = 128 * 1024;

/**
 * Milliseconds of a stop in which idle connections stay: a client that sends its next request now gets its answer, and
 * with it the word that the connection ends.
 */
const GRACE_MS = 500;
/** Milliseconds of a stop after which connections are cut, well within the deadline of the process. */
const CLOSE_DEADLINE_MS = 15_000;
/** Milliseconds between looks for connections that became idle during a stop. */
const SWEEP_INTERVAL_MS = 50;

export type Listening = AsyncDisposable & { readonly port: number };

export type Fetch = (request: Request, ...rest: never[]) => Response | Promise<Response>;

export type ListenOptions = {
  readonly hostname: string;
  /** 0 for any port. */
  readonly port: number;
  readonly headersTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
  readonly stallTimeoutMs?: number;
  /** Serves HTTPS, and nothing else. */
  readonly tls?: ServerIdentity | undefined;
  readonly handshakeTimeoutMs?: number;
  readonly handshakesMax?: number;
};

/** On the request itself: a WeakMap of all that are under way is gone through whenever garbage is collected. */
const INCOMING = Symbol('incoming');
type ReceivedRequest = Request & { [INCOMING]?: IncomingMessage };

/** What Node received of a request that a listening server got: its body can be read without a web stream. */
export function incomingOf(request: Request): IncomingMessage | undefined {
  return (request as ReceivedRequest)[INCOMING];
}

/** Serves `fetch`. Rejects where the port is taken. */
export async function listen(fetch: Fetch, options: ListenOptions): Promise<Listening> {
  const { hostname, port, tls } = options;
  const respond = fetch as unknown as (request: Request, env: object) => Response | Promise<Response>;
  const listener = getRequestListener(
    (request, env) => {
      (request as ReceivedRequest)[INCOMING] = env.incoming as IncomingMessage;
      return respond(request, env);
    },
    { errorHandler: (error) => frameErrorResponse(error instanceof RequestError) },
  );
  const limits = {
    headersTimeout: options.headersTimeoutMs ?? HEADERS_TIMEOUT_MS,
    requestTimeout: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    maxHeaderSize: HEADER_BYTES_MAX,
    // A request without Host is refused all the same, with a body that says so.
    requireHostHeader: false,
  };
  const server: Server =
    tls === undefined
      ? createServer(limits, listener)
      : createTlsServer({ ...limits, ...tlsOptions(tls, options.handshakeTimeoutMs) }, listener);
  server.setTimeout(options.stallTimeoutMs ?? STALL_TIMEOUT_MS);
  const connections = trackConnections(server, tls === undefined ? 'connection' : 'secureConnection');
  const handshakes = tls === undefined ? undefined : trackHandshakes(server, options.handshakesMax);
  if (tls !== undefined) {
    server.prependListener('request', (_incoming, response: ServerResponse) =>
      response.setHeader('strict-transport-security', STRICT_TRANSPORT),
    );
  }
  answerFrameErrors(server, connections);
  // `close` would cut connections whose next request has arrived but is not parsed yet.
  server.closeIdleConnections = () => undefined;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, hostname, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => close(server, connections, handshakes),
  };
}

async function close(
  server: Server,
  connections: Connections,
  handshakes: Handshakes | undefined,
): Promise<void> {
  connections.endAfterAnswers();
  // Connections that wait to be accepted would be reset: one turn of the event loop takes them all in.
  await setImmediate();
  await setImmediate();
  await new Promise<void>((resolve, reject) => {
    // A client that sends half a body must not hold the stop for as long as it likes.
    const deadline = setTimeout(() => {
      server.closeAllConnections();
      handshakes?.endAll();
    }, CLOSE_DEADLINE_MS);
    const graceEnds = performance.now() + (connections.anyOpen() ? GRACE_MS : 0);
    const sweep = setInterval(() => {
      // A handshake that was under way has its grace once it is done.
      if (performance.now() >= graceEnds) connections.closeIdle(GRACE_MS);
    }, SWEEP_INTERVAL_MS);
    server.close((error) => {
      clearInterval(sweep);
      clearTimeout(deadline);
      if (error === undefined) resolve();
      else reject(error);
    });
  });
}
