/**
 * `GET /metrics`, on a port of its own: what watches a service needs no way to its API, and the API's users none to
 * this. A stop does not wait for whoever reads it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from '../metrics.ts';

/** Milliseconds that a scraper has to ask: it sends one line and no body. */
const REQUEST_TIMEOUT_MS = 5000;

export type MetricsSettings = { readonly binding: string; readonly metricsPort: number | 'off' };

export type ListeningMetrics = AsyncDisposable & {
  /** Undefined where it is off. */
  readonly metricsPort: number | undefined;
};

/** Serves `metrics`, or nothing where the port is `off`. Rejects where the port is taken. */
export async function listenMetrics(metrics: Metrics, settings: MetricsSettings): Promise<ListeningMetrics> {
  const { binding, metricsPort } = settings;
  if (metricsPort === 'off') return { metricsPort: undefined, [Symbol.asyncDispose]: async () => undefined };
  const server = createServer(
    { headersTimeout: REQUEST_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    (incoming, response) => {
      answer(metrics, incoming, response).catch(() => response.destroy());
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(metricsPort, binding, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    metricsPort: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(metrics: Metrics, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = '' } = incoming;
  if (url.split('?', 1)[0] !== '/metrics') response.writeHead(404).end();
  else if (method !== 'GET' && method !== 'HEAD') response.writeHead(405, { allow: 'GET, HEAD' }).end();
  else {
    const text = await metrics.text();
    response.setHeader('content-type', metrics.contentType);
    response.setHeader('content-length', Buffer.byteLength(text));
    // Node leaves the body out of an answer to HEAD.
    response.end(text);
  }
}
