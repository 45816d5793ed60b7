/**
 * An OAuth2 issuer in the test: a real HTTP server with a discovery document and a JWKS, that can do what an issuer does
 * on a bad day, and counts what it was asked. Tokens are made beside it, by whoever has a key.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Jwk } from './signing-key.ts';

const DISCOVERY_PATH = '/.well-known/openid-configuration';
const KEYS_PATH = '/keys';
/** Where it sends those whom it redirects: all is well there, and nobody is to go there. */
const ELSEWHERE = '/elsewhere';

/** Bytes: more than anybody reads of an issuer. */
const HUGE_BYTES = 2 * 1024 * 1024;

export type Conduct =
  | 'well'
  /** Takes the question and says nothing. */
  | 'hangs'
  /** Ends the connection. */
  | 'away'
  | 'fails'
  /** No JSON; a line of it looks like one of a stack. */
  | 'nonsense'
  | 'array'
  | 'huge'
  | 'redirects'
  /** Of discovery and of keys. */
  | 'redirects-to-keys'
  | 'names-another'
  | 'names-none'
  | 'without-keys';

export type Issuer = AsyncDisposable & {
  /** As tokens name it in `iss`. */
  readonly url: string;
  readonly keysUrl: string;
  /** Requests so far, for whatever. */
  readonly asked: () => number;
  readonly askedElsewhere: () => number;
  /** The keys of the JWKS from now on. */
  readonly publish: (keys: readonly (Jwk | string)[]) => void;
  readonly behave: (conduct: Conduct) => void;
};

/** What nonsense has in it, that nobody may repeat. */
export async function startIssuer(keys: readonly Jwk[], nonsense = 'nonsense'): Promise<Issuer> {
  let published: readonly unknown[] = keys;
  let conduct: Conduct = 'well';
  let asked = 0;
  let askedElsewhere = 0;

  const documents = (): Record<string, unknown> => ({
    [DISCOVERY_PATH]: {
      ...(conduct !== 'names-none' && { issuer: conduct === 'names-another' ? `${url}/another` : url }),
      ...(conduct !== 'without-keys' && { jwks_uri: `${url}${KEYS_PATH}` }),
    },
    [KEYS_PATH]: { keys: published },
  });
  const answer = (path: string, response: ServerResponse): void => {
    if (conduct === 'hangs') return;
    if (conduct === 'away') {
      response.destroy();
      return;
    }
    const plain = path.replace(ELSEWHERE, '');
    if (path !== plain) askedElsewhere += 1;
    const redirects = conduct === 'redirects' || (conduct === 'redirects-to-keys' && path === KEYS_PATH);
    if (redirects && path === plain) {
      response.writeHead(302, { location: `${url}${ELSEWHERE}${path}` }).end();
      return;
    }
    const document = documents()[plain];
    const status = conduct === 'fails' ? 500 : document === undefined ? 404 : 200;
    response.writeHead(status, { 'content-type': 'application/json' });
    if (conduct === 'nonsense') response.end(`{"issuer": x\n    at ${nonsense} (${nonsense}:1:1)\n`);
    else if (conduct === 'array') response.end(JSON.stringify([document]));
    else if (conduct === 'huge')
      response.end(JSON.stringify({ ...(document as object), padding: 'x'.repeat(HUGE_BYTES) }));
    else response.end(JSON.stringify(document ?? {}));
  };

  const server = createServer((request, response) => {
    asked += 1;
    answer(request.url ?? '', response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    keysUrl: `${url}${KEYS_PATH}`,
    asked: () => asked,
    askedElsewhere: () => askedElsewhere,
    publish: (next) => {
      published = next;
    },
    behave: (next) => {
      conduct = next;
      // Who was left hanging is not answered any more.
      if (next !== 'hangs') server.closeAllConnections();
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
