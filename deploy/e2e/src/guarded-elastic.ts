/**
 * A door in front of the real Elasticsearch: HTTPS, and whoever does not bring the right `Authorization` (or certificate)
 * is turned away as Elasticsearch's own security does it, which the distribution that tests run has no module for. What
 * is behind the door is the real thing, request by request.
 */
import { once } from 'node:events';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import type { TestAuthority } from '@auditbox/service-kit/test-certificates';

/** What the door does with a request that has come through its TLS. */
export type Guard = (authorization: string | undefined) => 'pass' | 401 | 403;

export type GuardedElastic = AsyncDisposable & {
  readonly url: string;
  /** From now on, for connections that are open too. */
  setGuard(guard: Guard): void;
};

export type GuardOptions = {
  readonly elasticUri: string;
  /** Vouches for the door. */
  readonly authority: TestAuthority;
  readonly guard: Guard;
  /** Whether it asks for a certificate of the same authority. */
  readonly asksForCertificate?: boolean;
};

export const basic = (credentials: string): string => `Basic ${Buffer.from(credentials).toString('base64')}`;

export const accepts =
  (right: string): Guard =>
  (authorization) =>
    authorization === right ? 'pass' : 401;

export async function startGuardedElastic(options: GuardOptions): Promise<GuardedElastic> {
  const { elasticUri, authority, asksForCertificate = false } = options;
  let { guard } = options;
  const door = await authority.server();
  const tls = { ...door, ca: authority.ca, requestCert: asksForCertificate };
  const server = createServer(tls, (incoming, outgoing) => {
    const verdict = guard(incoming.headers.authorization);
    if (verdict === 'pass') pass(new URL(incoming.url ?? '/', elasticUri), incoming, outgoing);
    else turnAway(verdict, incoming, outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setGuard(next) {
      guard = next;
    },
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function pass(to: URL, incoming: IncomingMessage, outgoing: ServerResponse): void {
  // The client says "close" of its own connection, with every HEAD: of this door's it would be true once too often.
  const { authorization: _, connection: __, ...headers } = incoming.headers;
  const passed = request(to, { method: incoming.method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    pipeline(answer, outgoing, () => {});
  });
  pipeline(incoming, passed, () => {});
  passed.on('error', () => outgoing.destroy());
}

/** With what a client sent in its text, as Elasticsearch has it: none of it may get into a log. */
function turnAway(status: 401 | 403, incoming: IncomingMessage, outgoing: ServerResponse): void {
  incoming.resume();
  const reason = `action is unauthorized for ${incoming.headers.authorization}`;
  const error = { root_cause: [{ type: 'security_exception', reason }], type: 'security_exception', reason };
  outgoing.writeHead(status, {
    'content-type': 'application/json',
    'x-elastic-product': 'Elasticsearch',
    ...(status === 401 && { 'www-authenticate': ['Basic realm="security"', 'ApiKey'] }),
  });
  outgoing.end(JSON.stringify({ error, status }));
}
