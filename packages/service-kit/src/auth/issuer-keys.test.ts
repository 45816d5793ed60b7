import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../logger.ts';
import { IssuerKeys, type IssuerKeysOptions } from './issuer-keys.ts';

const logger = createLogger('test', 'off');
/** When the clock of the tests is 0. */
const EPOCH_MS = 1_800_000_000_000;

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

let rsa: JWK;
let ec: JWK;
beforeAll(async () => {
  rsa = { ...(await publicJwk('RS256')), kid: 'r' };
  ec = { ...(await publicJwk('ES256')), kid: 'e' };
});

async function publicJwk(alg: string): Promise<JWK> {
  return await exportJWK((await generateKeyPair(alg, { extractable: true })).publicKey);
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const json =
  (value: unknown): Answer =>
  (_request, response) =>
    void response.setHeader('content-type', 'application/json').end(JSON.stringify(value));

/** An issuer whose answers, by path, can be changed while it runs. */
async function issuer(keys: readonly unknown[]) {
  const asked: string[] = [];
  const answers: Record<string, Answer> = {};
  const server = createServer((request, response) => {
    const { url = '' } = request;
    asked.push(url);
    (answers[url] ?? ((_r, other) => void other.writeHead(404).end()))(request, response);
  }).listen(0, '127.0.0.1');
  open.push(server);
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as { port: number }).port}/realms/a`;
  answers['/realms/a/.well-known/openid-configuration'] = json({ issuer: base, jwks_uri: `${base}/keys` });
  answers['/realms/a/keys'] = json({ keys });
  return { base, asked, answers };
}

function keysOf(base: string, part: Partial<IssuerKeysOptions> = {}) {
  const clock = { ms: 0 };
  const keys = new IssuerKeys({
    issuer: base,
    jwksUri: '',
    timeoutMs: 300,
    coolDownMs: 1000,
    maxAgeMs: 10_000,
    staleMaxMs: 60_000,
    logger,
    now: () => clock.ms,
    wallNow: () => EPOCH_MS + clock.ms,
    ...part,
  });
  return { keys, clock };
}

describe('the keys of an issuer', () => {
  it('are found through its discovery document, by name and algorithm', async () => {
    const { base } = await issuer([rsa, ec]);
    const { keys } = keysOf(base);
    expect(await keys.find('r', 'RS256')).toMatchObject({ kind: 'found' });
    expect(await keys.find('e', 'ES256')).toMatchObject({ kind: 'found' });
    expect(await keys.find('r', 'ES256')).toEqual({ kind: 'unknown' });
    expect(await keys.find('e', 'ES384')).toEqual({ kind: 'unknown' });
  });

  it("are found through RFC 8414's document where there is no other", async () => {
    const { base, answers } = await issuer([rsa]);
    delete answers['/realms/a/.well-known/openid-configuration'];
    answers['/.well-known/oauth-authorization-server/realms/a'] = json({
      issuer: base,
      jwks_uri: `${base}/keys`,
    });
    expect(await keysOf(base).keys.find('r', 'RS256')).toMatchObject({ kind: 'found' });
  });

  it('are read where the settings say they are', async () => {
    const { base, asked } = await issuer([rsa]);
    const { keys } = keysOf('https://elsewhere.example.org', { jwksUri: `${base}/keys` });
    expect(await keys.find('r', 'RS256')).toMatchObject({ kind: 'found' });
    expect(asked).toEqual(['/realms/a/keys']);
  });

  it.each<[string, (at: Awaited<ReturnType<typeof issuer>>) => void]>([
    [
      'names another issuer',
      ({ answers, base }) => {
        answers['/realms/a/.well-known/openid-configuration'] = json({
          issuer: `${base}/`,
          jwks_uri: `${base}/keys`,
        });
      },
    ],
    [
      'names no place of keys',
      ({ answers, base }) => {
        answers['/realms/a/.well-known/openid-configuration'] = json({ issuer: base });
      },
    ],
    [
      'redirects',
      ({ answers, base }) => {
        answers['/realms/a/keys'] = (_r, response) =>
          void response.writeHead(302, { location: `${base}/other` }).end();
        answers['/realms/a/other'] = json({ keys: [rsa] });
      },
    ],
    [
      'hangs',
      ({ answers }) => {
        answers['/realms/a/keys'] = () => undefined;
      },
    ],
    [
      'hangs in the middle',
      ({ answers }) => {
        answers['/realms/a/keys'] = (_r, response) => void response.write('{"keys":[');
      },
    ],
    [
      'answers 500',
      ({ answers }) => {
        answers['/realms/a/keys'] = (_r, response) => void response.writeHead(500).end('{}');
      },
    ],
    [
      'answers no JSON',
      ({ answers }) => {
        answers['/realms/a/keys'] = (_r, response) => void response.end('<html>');
      },
    ],
    [
      'answers more than a set of keys can be',
      ({ answers }) => {
        answers['/realms/a/keys'] = (_r, response) =>
          void response.end(`{"keys":[],"a":"${'a'.repeat(2 ** 20)}"}`);
      },
    ],
    [
      'has keys that are null',
      ({ answers }) => {
        answers['/realms/a/keys'] = json({ keys: [null, 7, 'key'] });
      },
    ],
  ])('can not be had from one that %s, and the known ones stay', async (_what, spoil) => {
    const at = await issuer([rsa]);
    const { keys, clock } = keysOf(at.base);
    const fresh = keysOf(at.base).keys;
    await keys.load();
    spoil(at);
    clock.ms = 10_000;
    await keys.load();
    expect(await keys.find('r', 'RS256')).toMatchObject({ kind: 'found' });
    expect(await fresh.find('r', 'RS256')).toEqual({ kind: 'unavailable' });
    expect(fresh.available).toBe(false);
  });

  it.each<[string, (jwk: JWK) => unknown]>([
    ['for encryption', (jwk) => ({ ...jwk, use: 'enc' })],
    ['for other operations', (jwk) => ({ ...jwk, key_ops: ['encrypt'] })],
    ['that are private', (jwk) => ({ ...jwk, d: 'AQAB' })],
    ['that are shared secrets', () => ({ kty: 'oct', k: 'c2VjcmV0', kid: 'r' })],
    ['without a name', ({ kid, ...jwk }) => jwk],
    ['of another algorithm', (jwk) => ({ ...jwk, alg: 'RS512' })],
  ])('are none of those %s', async (_what, change) => {
    const { base } = await issuer([change(rsa), ec]);
    expect(await keysOf(base).keys.find('r', 'RS256')).toEqual({ kind: 'unknown' });
  });

  it('are none where two have one name', async () => {
    const { base } = await issuer([rsa, { ...(await publicJwk('RS256')), kid: 'r' }]);
    expect(await keysOf(base).keys.find('r', 'RS256')).toEqual({ kind: 'unknown' });
  });

  it('are asked for once for many who wait, and again for an unknown name only after the cool-down', async () => {
    const { base, asked, answers } = await issuer([rsa]);
    const { keys, clock } = keysOf(base);
    await Promise.all(Array.from({ length: 50 }, () => keys.find('r', 'RS256')));
    expect(asked).toHaveLength(2);
    answers['/realms/a/keys'] = json({ keys: [rsa, ec] });
    clock.ms = 999;
    expect(await keys.find('e', 'ES256')).toEqual({ kind: 'unknown' });
    expect(asked).toHaveLength(2);
    clock.ms = 1000;
    expect(await keys.find('e', 'ES256')).toMatchObject({ kind: 'found' });
    expect(asked).toHaveLength(4);
  });

  it('let no more wait than they have room for', async () => {
    const { base, answers } = await issuer([rsa]);
    answers['/realms/a/keys'] = () => undefined;
    const { keys } = keysOf(base);
    const first = Array.from({ length: 100 }, () => keys.find('x', 'RS256'));
    expect(await keys.find('x', 'RS256')).toEqual({ kind: 'unavailable' });
    expect(new Set((await Promise.all(first)).map(({ kind }) => kind))).toEqual(new Set(['unavailable']));
  });

  it('are unavailable, not unknown, while the issuer can not be asked', async () => {
    const { base, answers } = await issuer([rsa]);
    const { keys, clock } = keysOf(base);
    await keys.load();
    answers['/realms/a/keys'] = (_r, response) => void response.writeHead(503).end();
    clock.ms = 1000;
    expect(await keys.find('x', 'RS256')).toEqual({ kind: 'unavailable' });
    expect(await keys.find('x', 'RS256')).toEqual({ kind: 'unavailable' });
    expect(await keys.find('r', 'RS256')).toMatchObject({ kind: 'found' });
  });

  it('are asked for anew when they are old, beside who uses them, and a withdrawn one is gone', async () => {
    const { base, answers } = await issuer([rsa, ec]);
    const { keys, clock } = keysOf(base);
    const found = await keys.find('r', 'RS256');
    const id = found.kind === 'found' ? found.key.id : '';
    expect(keys.has(id)).toBe(true);
    answers['/realms/a/keys'] = json({ keys: [ec] });
    clock.ms = 10_000;
    expect(keys.has(id)).toBe(true);
    await keys.load();
    expect(keys.has(id)).toBe(false);
    expect(await keys.find('r', 'RS256')).toEqual({ kind: 'unknown' });
  });

  it('are asked for anew also while nobody uses them', async () => {
    const { base, answers } = await issuer([rsa, ec]);
    const { keys } = keysOf(base, { maxAgeMs: 50, now: () => performance.now() });
    const found = await keys.find('r', 'RS256');
    using _fresh = keys.keepFresh();
    const asked = Promise.withResolvers<void>();
    answers['/realms/a/keys'] = (request, response) => {
      json({ keys: [ec] })(request, response);
      response.once('close', asked.resolve);
    };
    await asked.promise;
    await keys.load();
    expect(found.kind === 'found' && keys.has(found.key.id)).toBe(false);
  });

  it('are all withdrawn by a set that is empty', async () => {
    const { base, answers } = await issuer([rsa]);
    const { keys } = keysOf(base);
    await keys.find('r', 'RS256');
    answers['/realms/a/keys'] = json({ keys: [] });
    await keys.load();
    expect(await keys.find('r', 'RS256')).toEqual({ kind: 'unknown' });
  });

  it('are not known yet, not unknown, where a token was issued since they were asked for', async () => {
    const { base, answers } = await issuer([rsa]);
    const { keys, clock } = keysOf(base);
    clock.ms = 5000;
    await keys.load();
    answers['/realms/a/keys'] = json({ keys: [rsa, ec] });
    clock.ms = 5500;
    expect(await keys.find('e', 'ES256', EPOCH_MS + 4999)).toEqual({ kind: 'unknown' });
    expect(await keys.find('e', 'ES256', EPOCH_MS + 5000)).toEqual({ kind: 'not-known-yet' });
    clock.ms = 6000;
    expect(await keys.find('e', 'ES256', EPOCH_MS + 5000)).toMatchObject({ kind: 'found' });
  });

  it('that were changed under the same name are others', async () => {
    const { base, answers } = await issuer([rsa]);
    const { keys } = keysOf(base);
    const found = await keys.find('r', 'RS256');
    answers['/realms/a/keys'] = json({ keys: [{ ...(await publicJwk('RS256')), kid: 'r' }] });
    await keys.load();
    expect(found.kind === 'found' && keys.has(found.key.id)).toBe(false);
  });

  it('count no more when nobody could say for too long that they are good', async () => {
    const { base, answers } = await issuer([rsa]);
    const { keys, clock } = keysOf(base);
    await keys.load();
    answers['/realms/a/keys'] = (_r, response) => void response.writeHead(503).end();
    clock.ms = 60_000;
    expect(keys.available).toBe(true);
    clock.ms = 60_001;
    expect(keys.available).toBe(false);
    expect(await keys.find('r', 'RS256')).toEqual({ kind: 'unavailable' });
  });
});
