/**
 * The connections of a TLS server whose handshake is not done yet, of which HTTP knows nothing: how many there are is
 * bounded, and a stop can see and end them. Over the bound the one that has taken longest is ended: who does not stall is through
 * within milliseconds, so that those who do can't keep others out.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Each holds some 100 KB. */
const HANDSHAKES_MAX = 1000;

export type Handshakes = {
  readonly anyOpen: () => boolean;
  readonly endAll: () => void;
};

/** Those of `server`, which speaks TLS. */
export function trackHandshakes(server: Server, handshakesMax = HANDSHAKES_MAX): Handshakes {
  // By their ends: Node does not say which connection a secure one is made of.
  const open = new Map<string, Socket>();
  // Before TLS takes it over.
  server.prependListener('connection', (socket: Socket) => {
    const ends = endsOf(socket);
    for (const [oldest, connection] of open) {
      if (open.size < handshakesMax) break;
      connection.destroy();
      open.delete(oldest);
    }
    open.set(ends, socket);
    socket.once('close', () => {
      if (open.get(ends) === socket) open.delete(ends);
    });
  });
  server.on('secureConnection', (socket: Socket) => open.delete(endsOf(socket)));
  return {
    anyOpen: () => open.size > 0,
    endAll: () => {
      for (const socket of open.values()) socket.destroy();
    },
  };
}

function endsOf({ localAddress, localPort, remoteAddress, remotePort }: Socket): string {
  return [localAddress, localPort, remoteAddress, remotePort].join();
}
