/**
 * Ports on loopback: whether one is free, and free ones for a run of the tests. A port counts as taken also when
 * somebody listens on it on ::1 only, because `localhost` may go there first.
 */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that the system gives to outgoing connections (Linux from 32768), so that none is lost between
 * the look and the use. */
const testPorts = { from: 20_000, to: 32_000 } as const;

export type PortState = 'free' | 'taken' | 'forbidden';

export async function stateOfPort(port: number): Promise<PortState> {
  const errors = await Promise.all([tryListen(port, '127.0.0.1'), tryListen(port, '::1')]);
  if (errors.includes('EADDRINUSE')) return 'taken';
  return errors[0] === undefined ? 'free' : 'forbidden';
}

/** Different free ports, random so that two runs at once do not meet. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(testPorts.from, testPorts.to);
    if ((await stateOfPort(port)) === 'free') ports.add(port);
  }
  return [...ports];
}

export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port!;
}

function tryListen(port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
