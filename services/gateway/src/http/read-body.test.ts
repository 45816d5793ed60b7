/** The bounds of a body, on real sockets: what a client can send there is more than what `fetch` sends. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { type Listening, listen } from '@auditbox/service-kit';
import { afterEach, describe, expect, it } from 'vitest';
import { type Body, type BodyLimits, bodyRefusal, readBody } from './read-body.ts';

const LIMITS: BodyLimits = { bytesMax: 1000, deadlineMs: 60_000 };
const open: Listening[] = [];
afterEach(async () => {
  for (const listening of open.splice(0)) await listening[Symbol.asyncDispose]();
});

/** A server that reads one body, and a socket to it. */
async function reading(limits: Partial<BodyLimits> = {}): Promise<{ socket: Socket; body: Promise<Body> }> {
  const { promise: body, resolve } = Promise.withResolvers<Body>();
  const all = { ...LIMITS, ...limits };
  const server = await listen(
    async (request) => {
      const read = await readBody(request, all);
      resolve(read);
      return read.kind === 'read' ? new Response(read.bytes.toString()) : bodyRefusal(read, all);
    },
    { hostname: '127.0.0.1', port: 0 },
  );
  open.push(server);
  const socket = connect(server.port, '127.0.0.1');
  return { socket, body };
}

async function answerOf(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await once(socket, 'end');
  socket.end();
  return text;
}

const head = (...headers: string[]) =>
  `POST / HTTP/1.1\r\nHost: localhost\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n`;
const chunked = (...chunks: string[]) =>
  chunks.map((text) => `${text.length.toString(16)}\r\n${text}\r\n`).join('');

async function declared(
  bytes: Buffer,
  encoding = 'identity',
  limits: Partial<BodyLimits> = {},
): Promise<Body> {
  const { socket, body } = await reading(limits);
  socket.write(head(`Content-Length: ${bytes.length}`, `Content-Encoding: ${encoding}`));
  socket.write(bytes);
  const read = await body;
  socket.destroy();
  return read;
}

const read = (text: string) => ({ kind: 'read', bytes: Buffer.from(text) });
const refused = (reason: string) => ({ kind: 'refused', reason });

describe('a body', () => {
  it('is read at the limit and refused at one byte more, declared or in chunks', async () => {
    const [at, over] = ['x'.repeat(1000), 'x'.repeat(1001)];
    expect(await declared(Buffer.from(at))).toEqual(read(at));
    expect(await declared(Buffer.from(over))).toEqual(refused('too-large'));
    for (const [text, expected] of [
      [at, read(at)],
      [over, refused('too-large')],
    ] as const) {
      const { socket, body } = await reading();
      socket.write(
        `${head('Transfer-Encoding: chunked')}${chunked(text.slice(0, 600), text.slice(600))}0\r\n\r\n`,
      );
      expect(await body).toEqual(expected);
      socket.destroy();
    }
  });

  it('that is declared too large is refused before it is sent', async () => {
    const { socket, body } = await reading();
    socket.write(head('Content-Length: 1001'));
    expect(await body).toEqual(refused('too-large'));
    expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close[\s\S]*"too-long"/i);
  });

  it('that never ends is refused, and its client can read so while it keeps sending', async () => {
    const { socket, body } = await reading();
    socket.write(head('Transfer-Encoding: chunked'));
    const piece = chunked('x'.repeat(60_000));
    const send = (): void => {
      while (socket.writable && socket.write(piece));
    };
    socket.on('drain', send);
    send();
    expect(await body).toEqual(refused('too-large'));
    expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 413 [\s\S]*"too-long"/);
    socket.destroy();
  });

  it('that does not arrive in time is answered 408 and the connection ends', async () => {
    const { socket, body } = await reading({ deadlineMs: 100 });
    socket.write(`${head('Content-Length: 10')}12345`);
    expect(await body).toEqual(refused('too-slow'));
    expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 408 [\s\S]*connection: close[\s\S]*"timeout"/i);
  });

  it('whose client hangs up is known as that', async () => {
    const { socket, body } = await reading();
    socket.write(`${head('Content-Length: 10')}12345`, () => socket.destroy());
    expect(await body).toEqual(refused('hung-up'));
  });

  it('for which there is no room is answered 503 with Retry-After, declared before it is sent', async () => {
    const { socket, body } = await reading({ hold: (bytes) => bytes <= 10 });
    socket.write(head('Content-Length: 11'));
    expect(await body).toEqual(refused('busy'));
    expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 503 [\s\S]*retry-after: 1[\s\S]*"throttled"/i);
    const second = await reading({ hold: (bytes) => bytes <= 10 });
    second.socket.write(head('Transfer-Encoding: chunked') + chunked('1234567890', '1'));
    expect(await second.body).toEqual(refused('busy'));
    second.socket.destroy();
  });

  it('may be empty', async () => expect(await declared(Buffer.alloc(0))).toEqual(read('')));
});

describe('a compressed body', () => {
  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZIP', gzipSync],
    ['identity, gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
  ])(
    'in %s is read at the limit of what it inflates to, and refused one byte past it',
    async (name, compress) => {
      const text = 'ab'.repeat(500);
      expect(await declared(compress(Buffer.from(text)), name)).toEqual(read(text));
      expect(await declared(compress(Buffer.from(`${text}c`)), name)).toEqual(refused('too-large'));
    },
  );

  it('of several gzip members is all of them', async () =>
    expect(await declared(Buffer.concat([gzipSync('a'), gzipSync('b')]), 'gzip')).toEqual(read('ab')));

  it.each([
    ['gzip', 'gzip', Buffer.from('{}')],
    ['gzip cut short', 'gzip', gzipSync('hello').subarray(0, -4)],
    ['gzip with a wrong checksum', 'gzip', withByte(gzipSync('hello'), -8, 0)],
    ['gzip followed by something else', 'gzip', Buffer.concat([gzipSync('hello'), Buffer.from('x')])],
    ['gzip followed by zeros', 'gzip', Buffer.concat([gzipSync('hello'), Buffer.alloc(4)])],
    ['deflate', 'deflate', Buffer.from([0xff, 0xff, 0xff])],
    [
      'deflate followed by something else',
      'deflate',
      Buffer.concat([deflateSync('hello'), Buffer.from('x')]),
    ],
    ['deflate cut short', 'deflate', deflateRawSync('hello'.repeat(9)).subarray(0, -2)],
  ])('that is not %s from end to end is corrupt, its bytes as received', async (_what, encoding, bytes) =>
    expect(await declared(bytes, encoding)).toEqual({ kind: 'corrupt', bytes, encoding }),
  );

  it.each(['br', 'zstd', 'compress', 'gzip, gzip', 'deflate, gzip', 'gzip;q=1'])(
    'in %s is not supported',
    async (encoding) => {
      const { socket, body } = await reading();
      socket.write(head('Content-Length: 5', `Content-Encoding: ${encoding}`));
      expect(await body).toEqual(refused('unsupported-encoding'));
      expect(await answerOf(socket)).toMatch(
        /^HTTP\/1\.1 415 [\s\S]*accept-encoding: gzip, deflate[\s\S]*"not-supported"/i,
      );
    },
  );

  it('that inflates to far more than its bound is given up at the bound', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 ** 2));
    const bytesMax = 2 * 1024 ** 2;
    let most = 0;
    const hold = (bytes: number): boolean => {
      most = Math.max(most, bytes);
      return true;
    };
    expect(await declared(bomb, 'gzip', { bytesMax, hold })).toEqual(refused('too-large'));
    expect(most).toBeLessThanOrEqual(bomb.length + bytesMax);
  });

  it('holds room for what it is and what it inflates to', async () => {
    const bytes = gzipSync('x'.repeat(900));
    const within = (room: number) => declared(bytes, 'gzip', { hold: (wanted) => wanted <= room });
    expect(await within(bytes.length + 900)).toMatchObject({ kind: 'read' });
    expect(await within(bytes.length + 899)).toEqual(refused('busy'));
  });
});

it('a body that is corrupt is answered 400', async () => {
  const body: Body = { kind: 'corrupt', bytes: Buffer.alloc(0), encoding: 'gzip' };
  const response = bodyRefusal(body, LIMITS);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ issue: [{ code: 'structure' }] });
});

function withByte(bytes: Buffer, at: number, value: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[bytes.length + at] = value;
  return changed;
}
