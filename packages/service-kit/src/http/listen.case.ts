/** What holds of a listening server, over plain HTTP as over TLS. */
import { once } from 'node:events';
import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { connect as connectPlain, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type ListenOptions, listen } from './listen.ts';

export type Transport = {
  readonly options: ListenOptions;
  /** To the server, or on its way there: what is written goes once it can. */
  readonly connect: (port: number) => Socket;
  /** To 127.0.0.1. */
  readonly request: (options: RequestOptions, answered: (response: IncomingMessage) => void) => ClientRequest;
  readonly agent: () => Agent;
};

const GET = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

/** Until a connection is refused. */
async function listeningEnds(port: number): Promise<void> {
  for (;;) {
    const socket = connectPlain(port, '127.0.0.1');
    const refused = await once(socket, 'connect').then(
      () => false,
      () => true,
    );
    socket.destroy();
    if (refused) return;
  }
}

/** What is received until the other side ends; rejects where the connection is reset. */
async function everything(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await once(socket, 'end');
  return text;
}

export function listenSuite({ options, connect, request, agent: newAgent }: Transport): void {
  /** Sends `text` and gives all that is answered. */
  async function exchange(port: number, text: string): Promise<string> {
    const socket = connect(port);
    socket.write(text);
    const answer = await everything(socket);
    socket.destroy();
    return answer;
  }

  function post(port: number, agent: Agent, body: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const asked = request({ port, agent, method: 'POST' }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks).toString()));
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body);
    return promise;
  }

  describe('listen', () => {
    it('finishes requests in flight before it is disposed, and takes no new ones', async () => {
      const { promise: asked, resolve: sayAsked } = Promise.withResolvers<void>();
      const { promise: goOn, resolve: letGoOn } = Promise.withResolvers<void>();
      const server = await listen(async () => {
        sayAsked();
        await goOn;
        return new Response('done');
      }, options);
      const { promise: answered, resolve: sayAnswered } = Promise.withResolvers<IncomingMessage>();
      request({ port: server.port }, sayAnswered).end();
      await asked;
      const stopped = server[Symbol.asyncDispose]();
      await listeningEnds(server.port);
      letGoOn();
      const answer = await answered;
      expect(answer.headers.connection).toBe('close');
      expect(Buffer.concat(await answer.toArray()).toString()).toBe('done');
      await stopped;
    });

    it('rejects where the port is taken', async () => {
      await using first = await listen(() => new Response(), options);
      await expect(listen(() => new Response(), { ...options, port: first.port })).rejects.toMatchObject({
        code: 'EADDRINUSE',
      });
    });
  });

  describe('a stop', () => {
    it('answers a request whose bytes arrived on an idle connection just before it', async () => {
      const server = await listen(() => new Response('done'), options);
      const socket = connect(server.port);
      socket.write(GET);
      await once(socket, 'data');
      // Written, and not yet read by the server when it is asked to stop.
      socket.write(GET);
      const stopped = server[Symbol.asyncDispose]();
      const answer = await everything(socket);
      expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*connection: close[\s\S]*done$/i);
      socket.end();
      await stopped;
    });

    it('answers a request on a connection that waits to be accepted', async () => {
      const server = await listen(() => new Response('done'), options);
      const socket = connect(server.port);
      socket.write(GET);
      await once(socket, 'connect');
      const stopped = server[Symbol.asyncDispose]();
      expect(await everything(socket)).toMatch(/^HTTP\/1\.1 200 [\s\S]*done$/);
      socket.end();
      await stopped;
    });

    it('answers a request whose body is still arriving, and ends idle connections without a reset', async () => {
      const server = await listen(async (asked) => new Response(await asked.text()), options);
      const idle = connect(server.port);
      const half = connect(server.port);
      half.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nab');
      await once(half, 'connect');
      const stopped = server[Symbol.asyncDispose]();
      expect(await everything(idle)).toBe('');
      half.write('cd');
      expect(await everything(half)).toMatch(/abcd$/);
      idle.end();
      half.end();
      await stopped;
    });

    it('under load answers whole what it answers, and resets nothing that it received', async () => {
      const received = new Set<string>();
      const body = 'x'.repeat(200_000);
      const server = await listen(async (asked) => {
        const sent = await asked.text();
        received.add(sent);
        return new Response(sent + body);
      }, options);
      const agent = newAgent();
      const answered = new Set<string>();
      const lost: string[] = [];
      let sent = 0;
      const { promise: warm, resolve: sayWarm } = Promise.withResolvers<void>();
      const client = async (): Promise<void> => {
        for (;;) {
          const name = String(sent++);
          try {
            const text = await post(server.port, agent, name);
            if (text !== name + body) lost.push(`${name} is cut`);
            answered.add(name);
            if (answered.size === 100) sayWarm();
          } catch (error) {
            if (received.has(name)) lost.push(`${name} is lost`);
            if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') return;
          }
        }
      };
      const clients = Array.from({ length: 16 }, client);
      await warm;
      await server[Symbol.asyncDispose]();
      await Promise.all(clients);
      agent.destroy();
      expect(lost).toEqual([]);
      expect(answered.size).toBe(received.size);
    }, 30_000);
  });

  describe('an answer that comes before the body is sent', () => {
    const tooLarge = () => new Response('too large', { status: 413, headers: { connection: 'close' } });

    it.each<[string, (asked: Request) => Promise<unknown>]>([
      ['nothing', async () => undefined],
      ['a part', async (asked) => asked.body?.getReader().read()],
    ])(
      'can be read by a client that sends all before it reads, where %s of the body was read',
      async (_what, read) => {
        await using server = await listen(async (asked) => {
          await read(asked);
          return tooLarge();
        }, options);
        const socket = connect(server.port);
        const bytes = 32 * 1024 * 1024;
        socket.write(`POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${bytes}\r\n\r\n`);
        // As a client that reads nothing before all is sent.
        await new Promise<void>((resolve) => socket.write(Buffer.alloc(bytes), () => resolve()));
        expect(await everything(socket)).toMatch(/^HTTP\/1\.1 413 [\s\S]*too large$/);
        socket.destroy();
      },
    );
  });

  describe('what is no request', () => {
    it.each([
      ['no HTTP', 'Erika Mustermann\r\n\r\n', 400, 'structure'],
      ['no host', 'GET /Erika HTTP/1.1\r\n\r\n', 400, 'structure'],
      ['a host that is none', 'GET / HTTP/1.1\r\nHost: Erika Mustermann\r\n\r\n', 400, 'structure'],
      ['a target that is none', 'GET Erika HTTP/1.1\r\nHost: localhost\r\n\r\n', 400, 'structure'],
      ['headers too large', `GET / HTTP/1.1\r\nErika: ${'x'.repeat(140_000)}\r\n\r\n`, 431, 'too-long'],
      [
        'an unknown expectation',
        'GET / HTTP/1.1\r\nHost: localhost\r\nExpect: Erika\r\n\r\n',
        417,
        'not-supported',
      ],
      ['headers that do not end', 'GET / HTTP/1.1\r\nErika: x', 408, 'timeout'],
      [
        'a chunk that is none',
        'POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nErika\r\n',
        400,
        'structure',
      ],
    ])('is answered with an OperationOutcome: %s', async (_what, text, status, code) => {
      await using server = await listen(async (asked) => new Response(await asked.text()), {
        ...options,
        headersTimeoutMs: 200,
      });
      const answer = await exchange(server.port, text);
      const [head = '', body = ''] = answer.split('\r\n\r\n');
      expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(head).toMatch(/x-request-id: [0-9a-f-]{36}/i);
      expect(head).toMatch(/connection: close/i);
      expect(JSON.parse(body)).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ code }] });
      expect(answer).not.toContain('Erika');
    });

    // Readers that stopped reading held the memory of their answers, and their places, for as long as they liked.
    it('ends a connection whose reader takes no more of its answer', async () => {
      const much = 'x'.repeat(32 * 1024 * 1024);
      const { promise: ended, resolve: sayEnded } = Promise.withResolvers<void>();
      await using server = await listen(
        async (_request: Request, env: { outgoing: NodeJS.EventEmitter }) => {
          env.outgoing.once('close', sayEnded);
          return new Response(much);
        },
        { ...options, stallTimeoutMs: 200 },
      );
      const socket = connect(server.port);
      socket.pause();
      socket.write(GET);
      await ended;
      socket.destroy();
    });
  });
}
