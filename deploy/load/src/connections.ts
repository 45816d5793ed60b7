/** Keep-alive connections to one server, driven by node:http: the client must not be what is measured. */
import { Agent, request } from 'node:http';
import { authorization } from './authorization.ts';

export type Connections = AsyncDisposable & {
  readonly concurrently: number;
  /** Posts and resolves with status and body. */
  readonly post: (
    path: string,
    body: string,
    contentType?: string,
  ) => Promise<{ readonly status: number; readonly body: string }>;
};

export function connect(base: URL, concurrently: number): Connections {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrently });
  return {
    concurrently,
    post: (path, body, contentType = 'application/fhir+json') =>
      new Promise((resolve, reject) => {
        const { hostname, port } = base;
        const headers = {
          ...authorization,
          'content-type': contentType,
          'content-length': Buffer.byteLength(body),
        };
        const sent = request({ agent, hostname, port, path, method: 'POST', headers }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
          );
        });
        sent.on('error', reject);
        sent.end(body);
      }),
    [Symbol.asyncDispose]: async () => agent.destroy(),
  };
}
