/** One keep-alive connection to one server, driven by node:http, for both sides of a comparison. */
import { Agent, request } from 'node:http';

export type JsonRequest = { readonly path: string; readonly body?: string };

export type JsonClient = Disposable & {
  /** Sends and resolves with the answer's JSON; a POST where there is a body. Throws where the status is not 200. */
  readonly ask: (asked: JsonRequest) => Promise<unknown>;
};

export function jsonClient(base: URL): JsonClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const { hostname, port } = base;
  return {
    ask: ({ path, body }) =>
      new Promise((resolve, reject) => {
        const method = body === undefined ? 'GET' : 'POST';
        const headers =
          body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
        const sent = request({ agent, hostname, port, path, method, headers }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            if (response.statusCode === 200) resolve(JSON.parse(text));
            else reject(new Error(`bench: ${path} answered ${response.statusCode}: ${text.slice(0, 500)}`));
          });
        });
        sent.on('error', reject);
        sent.end(body);
      }),
    [Symbol.dispose]: () => agent.destroy(),
  };
}
