/**
 * A TCP proxy that is a network: what goes through it is late by a latency and no faster than a bandwidth, in each
 * direction of each connection, in order and whole. Until it is made slow it passes everything at once.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type Slowness = { readonly latencyMs: number; readonly bytesPerSecond: number };

export type SlowProxy = AsyncDisposable & {
  readonly port: number;
  /** From now on, for connections that are open too; undefined: as fast as it can. */
  readonly setSlowness: (slowness: Slowness | undefined) => void;
  /** Bytes that went through while it was slow. */
  readonly slowedBytes: () => number;
};

/** Bytes on their way in one direction of a connection; then the sender has to wait, as TCP's window makes it. */
const ON_THE_WAY_BYTES_MAX = 256 * 1024;

const HOST = '127.0.0.1';

/**
 * @param targetPort asked at each connection: what is behind it may come later
 * @param port where it listens; any where 0
 */
export async function startSlowProxy(targetPort: () => number, port = 0): Promise<SlowProxy> {
  let slowness: Slowness | undefined;
  let slowedBytes = 0;
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const target = connect({ host: HOST, port: targetPort(), allowHalfOpen: true });
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      sockets.add(from);
      from.setNoDelay(true);
      from.on('error', () => to.destroy());
      from.on('close', () => sockets.delete(from));
      from.on('data', (chunk: Buffer) => {
        if (slowness !== undefined) slowedBytes += chunk.length;
      });
      carry(from, to, () => slowness);
    }
  });
  server.listen(port, HOST);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    setSlowness: (next) => {
      slowness = next;
    },
    slowedBytes: () => slowedBytes,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

type OnTheWay = { readonly dueAtMs: number; readonly chunk: Buffer | 'end' };

/** One direction of a connection: what went in first comes out first, when it is due. */
function carry(from: Socket, to: Socket, slownessNow: () => Slowness | undefined): void {
  const queue: OnTheWay[] = [];
  let bytes = 0;
  let freeAtMs = 0;
  let timer: NodeJS.Timeout | undefined;

  const send = (chunk: Buffer | 'end'): void => {
    const now = performance.now();
    const size = chunk === 'end' ? 0 : chunk.length;
    const { latencyMs, bytesPerSecond } = slownessNow() ?? { latencyMs: 0, bytesPerSecond: Infinity };
    freeAtMs = Math.max(now, freeAtMs) + (size * 1000) / bytesPerSecond;
    queue.push({ dueAtMs: freeAtMs + latencyMs, chunk });
    bytes += size;
    if (bytes > ON_THE_WAY_BYTES_MAX) from.pause();
    arrive();
  };
  const arrive = (): void => {
    if (timer !== undefined) return;
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      const inMs = next.dueAtMs - performance.now();
      if (inMs > 0) {
        timer = setTimeout(() => {
          timer = undefined;
          arrive();
        }, inMs);
        break;
      }
      queue.shift();
      if (next.chunk === 'end') to.end();
      else {
        bytes -= next.chunk.length;
        to.write(next.chunk);
      }
    }
    // Whoever reads slowly behind us slows down whoever writes before us.
    if (to.writableNeedDrain) to.once('drain', () => from.resume());
    else if (bytes <= ON_THE_WAY_BYTES_MAX) from.resume();
  };
  from.on('data', (chunk: Buffer) => {
    send(chunk);
    if (to.writableNeedDrain) from.pause();
  });
  from.on('end', () => send('end'));
}
