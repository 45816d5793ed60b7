import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { startSlowProxy } from './slow-proxy.ts';

const SENT = Buffer.alloc(600_000, 'abcdefg');

/** Gives back what it gets, until its client has sent all. */
async function startEcho() {
  const server = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, [Symbol.dispose]: () => server.close() };
}

async function echoed(port: number): Promise<{ readonly received: Buffer; readonly tookMs: number }> {
  const startedMs = performance.now();
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const received = buffer(socket);
  socket.end(SENT);
  return { received: await received, tookMs: performance.now() - startedMs };
}

it('passes everything on, whole and in order', async () => {
  using echo = await startEcho();
  await using proxy = await startSlowProxy(() => echo.port);
  expect((await echoed(proxy.port)).received.equals(SENT)).toBe(true);
});

it('is late by the latency in each direction, and no faster than the bandwidth', async () => {
  using echo = await startEcho();
  await using proxy = await startSlowProxy(() => echo.port);
  proxy.setSlowness({ latencyMs: 200, bytesPerSecond: 2_000_000 });
  const { received, tookMs } = await echoed(proxy.port);
  expect(received.equals(SENT)).toBe(true);
  expect(proxy.slowedBytes()).toBe(2 * SENT.length);
  expect(tookMs).toBeGreaterThan(400 + (SENT.length / 2_000_000) * 1_000 - 50);
});

it('ends the connection where what is behind it is away', async () => {
  const gone = await startEcho();
  gone[Symbol.dispose]();
  await using proxy = await startSlowProxy(() => gone.port);
  const socket = connect({ port: proxy.port, host: '127.0.0.1' });
  socket.on('error', () => {});
  await once(socket, 'close');
});
