/**
 * `GET /metrics`, `/livez` and `/readyz`, on a port of their own: what watches a service needs no way to its API, and the
 * API's users none to this. It is there before the service is ready and until its end, and a stop waits for nobody here.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HEALTH_PATHS, type Health, healthAnswer } from '../health.ts';
import type { Metrics } from '../metrics.ts';

/** Milliseconds that a scraper has to ask: it sends one line and no body. */
const REQUEST_TIMEOUT_MS = 5000;

export type MetricsSettings = { readonly binding: string; readonly metricsPort: number | 'off' };

export type ListeningMetrics = AsyncDisposable & {
  /** Undefined where it is off. */
  readonly metricsPort: number | undefined;
};

/** Serves both, or nothing where the port is `off`. Rejects where the port is taken. */
export async function listenMetrics(
  metrics: Metrics,
  health: Pick<Health, 'report'>,
  settings: MetricsSettings,
): Promise<ListeningMetrics> {
  const { binding, metricsPort } = settings;
  if (metricsPort === 'off') return { metricsPort: undefined, [Symbol.asyncDispose]: async () => undefined };
  const server = createServer(
    { headersTimeout: REQUEST_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    (incoming, response) => {
      answer(metrics, health, incoming, response).catch(() => response.destroy());
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

async function answer(
  metrics: Metrics,
  health: Pick<Health, 'report'>,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method, url = '' } = incoming;
  const [path] = url.split('?', 1);
  const healthPath = HEALTH_PATHS.find((known) => known === path);
  if (path !== '/metrics' && healthPath === undefined) response.writeHead(404).end();
  else if (method !== 'GET' && method !== 'HEAD') response.writeHead(405, { allow: 'GET, HEAD' }).end();
  else if (healthPath !== undefined) {
    const { status, body } = await healthAnswer(healthPath, health.report);
    send(response, status, 'application/json', JSON.stringify(body));
  } else send(response, 200, metrics.contentType, await metrics.text());
}

function send(response: ServerResponse, status: number, contentType: string, text: string): void {
  // Node leaves the body out of an answer to HEAD.
  response
    .writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(text) })
    .end(text);
}
