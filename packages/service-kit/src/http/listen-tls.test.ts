import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { connect as connectPlain, type Socket } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { testAuthority } from '../test-certificates.case.ts';
import { listenSuite } from './listen.case.ts';
import { type ListenOptions, listen } from './listen.ts';

const host = '127.0.0.1';
const [authority, foreign] = await Promise.all([testAuthority(), testAuthority('Foreign authority')]);
const identity = await authority.server();
const trusted = { ca: authority.ca };

listenSuite({
  options: { hostname: host, port: 0, tls: identity },
  connect: (port) => connect({ port, host, ...trusted }),
  request: (options, answered) => request({ ...options, host, ...trusted }, answered),
  agent: () => new Agent({ keepAlive: true, maxSockets: 16 }),
});

const GET = 'GET /path HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';

const serving = (clientCa?: string, options: Partial<ListenOptions> = {}) =>
  listen((asked) => new Response(new URL(asked.url).protocol), {
    hostname: host,
    port: 0,
    tls: { ...identity, ...(clientCa !== undefined && { clientCa }) },
    ...options,
  });

/** All that is answered on `socket` until it is closed, or the code of what went wrong. */
async function answerOn(socket: Socket): Promise<string> {
  const { promise: closed, resolve: sayClosed } = Promise.withResolvers<void>();
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  socket.on('error', ({ code }: NodeJS.ErrnoException) => {
    text = code ?? 'no code';
  });
  socket.once('close', () => sayClosed());
  await closed;
  return text;
}

/** Asks over TLS as `options` say. */
function ask(port: number, options: ConnectionOptions = {}): Promise<string> {
  const socket = connect({ port, host, ...trusted, ...options });
  socket.once('secureConnect', () => socket.write(GET));
  return answerOn(socket);
}

const ANSWERED = /^HTTP\/1\.1 200 OK\r\n[\s\S]*https:$/;

describe('TLS', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('is spoken in version %s', async (version) => {
    await using server = await serving();
    expect(await ask(server.port, { minVersion: version, maxVersion: version })).toMatch(ANSWERED);
  });

  it('is not spoken in version 1.1', async () => {
    await using server = await serving();
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const;
    expect(await ask(server.port, old)).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
  });

  it('is not spoken without authenticated encryption', async () => {
    await using server = await serving();
    const weak = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' } as const;
    expect(await ask(server.port, weak)).toMatch(/^ERR_SSL_.*HANDSHAKE_FAILURE$/);
  });

  it('tells browsers to come by HTTPS only, and nobody over plain HTTP', async () => {
    await using server = await serving();
    expect(await ask(server.port)).toMatch(/\r\nstrict-transport-security: max-age=31536000\r\n/i);
    await using plain = await listen(() => new Response(), { hostname: host, port: 0 });
    const socket = connectPlain(plain.port, host);
    socket.write(GET);
    expect(await answerOn(socket)).not.toMatch(/strict-transport-security/i);
  });

  it('ends plain HTTP without an answer, and goes on', async () => {
    await using server = await serving();
    const socket = connectPlain(server.port, host);
    socket.write(GET);
    expect(await answerOn(socket)).toBe('');
    expect(await ask(server.port)).toMatch(ANSWERED);
  });

  it('is presented with the certificate that is set: a client that trusts another authority ends it', async () => {
    await using server = await serving();
    expect(await ask(server.port, { ca: foreign.ca })).toMatch(/UNABLE_TO_|SELF_SIGNED/);
  });
});

describe('a client certificate', () => {
  it('is not asked for where no authority is set', async () => {
    await using server = await serving();
    expect(await ask(server.port)).toMatch(ANSWERED);
  });

  it('lets in who has one of the authority', async () => {
    await using server = await serving(authority.ca);
    expect(await ask(server.port, await authority.client())).toMatch(ANSWERED);
  });

  it.each<[string, () => Promise<ConnectionOptions>]>([
    ['none', async () => ({})],
    ['one of a foreign authority', () => foreign.client()],
    ['one that has ended', () => authority.ended()],
    ['one for servers', () => authority.server()],
  ])('keeps out who has %s, in either version, before anything is asked', async (_what, made) => {
    const asked: string[] = [];
    await using server = await listen(
      ({ url }) => {
        asked.push(url);
        return new Response();
      },
      { hostname: host, port: 0, tls: { ...identity, clientCa: authority.ca } },
    );
    const options = await made();
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const)
      expect(await ask(server.port, { ...options, maxVersion })).not.toContain('HTTP');
    expect(asked).toEqual([]);
    expect(await ask(server.port, await authority.client())).toMatch(/^HTTP\/1\.1 200 /);
    expect(asked).toHaveLength(1);
  });
});

describe('a handshake', () => {
  it('that does not end is ended', async () => {
    await using server = await serving(undefined, { handshakeTimeoutMs: 200 });
    expect(await answerOn(connectPlain(server.port, host))).toBe('');
  });

  it('has room: of too many the one that has taken longest is ended', async () => {
    await using server = await serving(undefined, { handshakesMax: 2 });
    const stalled: Socket[] = [];
    for (let index = 0; index < 2; index++) {
      const socket = connectPlain(server.port, host);
      await once(socket, 'connect');
      stalled.push(socket);
    }
    const [oldest, next] = stalled.map(answerOn);
    expect(await ask(server.port)).toMatch(ANSWERED);
    expect(await oldest).toBe('');
    // Done handshakes take no room: the second is there until another one stalls.
    for (let index = 0; index < 5; index++) expect(await ask(server.port)).toMatch(ANSWERED);
    expect(stalled[1]?.destroyed).toBe(false);
    const last = connectPlain(server.port, host);
    const another = connectPlain(server.port, host);
    expect(await next).toBe('');
    last.destroy();
    another.destroy();
  });

  it('that is under way when a stop begins is finished, and its request answered', async () => {
    const server = await serving();
    const raw = connectPlain(server.port, host);
    await once(raw, 'connect');
    const stopped = server[Symbol.asyncDispose]();
    const socket: TLSSocket = connect({ socket: raw, ...trusted, servername: 'localhost' });
    await once(socket, 'secureConnect');
    socket.write(GET.replace('Connection: close\r\n', ''));
    expect(await answerOn(socket)).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*connection: close[\s\S]*https:$/i);
    await stopped;
  });

  it('that does not end does not hold a stop', async () => {
    const server = await serving(undefined, { handshakeTimeoutMs: 300 });
    const raw = connectPlain(server.port, host);
    await once(raw, 'connect');
    const ended = answerOn(raw);
    await server[Symbol.asyncDispose]();
    expect(await ended).toBe('');
  });
});
