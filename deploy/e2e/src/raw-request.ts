/** A request as it stands on the wire: the path untouched, headers in their number, a body or the mere promise of one. */
import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';

export type RawRequest = {
  readonly method?: string;
  readonly path: string;
  /** A list is as many headers. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** `withheld`: announced, and never sent. */
  readonly body?: string | Buffer | { readonly withheld: number };
};

export type RawAnswer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
};

/** On a connection of its own. */
export async function rawRequest(
  base: string,
  { method = 'GET', path, ...asked }: RawRequest,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(base);
  const body = asked.body ?? '';
  const isWhole = typeof body === 'string' || Buffer.isBuffer(body);
  const length = isWhole ? Buffer.byteLength(body) : body.withheld;
  const headers: Record<string, string | string[]> = {
    ...(length > 0 && { 'content-length': String(length) }),
  };
  for (const [name, value] of Object.entries(asked.headers ?? {}))
    headers[name] = typeof value === 'string' ? value : [...value];
  const sent = request({ hostname, port, method, path, headers, agent: false });
  sent.on('error', () => undefined);
  sent.flushHeaders();
  if (isWhole) sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  sent.destroy();
  const { statusCode = 0, headers: answered } = response;
  return { status: statusCode, headers: answered, text: Buffer.concat(chunks).toString() };
}
