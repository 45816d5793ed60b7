/**
 * The connections of a server, and how they end: never with a reset that takes an answer away. TCP throws away what a
 * peer has not read yet when bytes arrive at a closed socket; so a connection is closed in stages (RFC 9112, section
 * 9.6): no more is written, what still arrives is read and dropped for a while, then it is closed.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Milliseconds for which a client may go on sending after its answer, so that it gets to read it. */
const LINGER_MS = 2000;

type Connection = {
  /** The requests on it that are not answered yet: more than one where a client pipelines. */
  readonly open: Map<ServerResponse, IncomingMessage>;
  /** Bytes that had arrived when the last answer was done: more of them are the next request. */
  bytesSeen: number;
  closing: boolean;
  /** When it could first be used, by `performance.now`. */
  readonly since: number;
};

export type Connections = {
  /** From now on every answer says that its connection ends. */
  readonly endAfterAnswers: () => void;
  /** Closes the connections on which nothing is under way and that have been there for `graceMs`. */
  readonly closeIdle: (graceMs: number) => void;
  readonly closeInStages: (socket: Socket) => void;
  readonly anyOpen: () => boolean;
  /** Not one whose TLS handshake is not done: nothing can be written to it. */
  readonly isOpen: (socket: Socket) => boolean;
  /** Whether an answer has begun on this connection: nothing else may be written to it. */
  readonly isAnswering: (socket: Socket) => boolean;
};

/** Of a `server` that says by `opened` that HTTP can be spoken on a connection: over TLS that is after the handshake. */
export function trackConnections(
  server: Server,
  opened: 'connection' | 'secureConnection' = 'connection',
): Connections {
  const connections = new Map<Socket, Connection>();
  let ending = false;

  const closeInStages = (socket: Socket): void => {
    const connection = connections.get(socket);
    if (connection === undefined || connection.closing) return;
    connection.closing = true;
    socket.end();
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once('close', () => clearTimeout(timer));
    // Whoever was reading the body has let go of it: what still comes belongs to nobody.
    for (const incoming of connection.open.values()) drop(incoming);
  };

  server.on(opened, (socket: Socket) => {
    // Over TLS the bytes are those within: of a request whose first record is not whole nothing has arrived.
    const connection: Connection = {
      open: new Map(),
      bytesSeen: 0,
      closing: false,
      since: performance.now(),
    };
    connections.set(socket, connection);
    socket.once('close', () => connections.delete(socket));
    // How Node ends a connection after its last answer: it would close at once.
    socket.destroySoon = () => closeInStages(socket);
  });
  const begin = (incoming: IncomingMessage, response: ServerResponse): void => {
    const { socket } = incoming;
    const connection = connections.get(socket);
    if (connection === undefined) return;
    connection.open.set(response, incoming);
    if (ending) response.setHeader('connection', 'close');
    response.once('close', () => {
      connection.open.delete(response);
      connection.bytesSeen = socket.bytesRead;
      if (connection.closing) drop(incoming);
    });
  };
  server.prependListener('request', begin);
  server.prependListener('checkExpectation', begin);

  return {
    closeInStages,
    endAfterAnswers: () => {
      ending = true;
      for (const { open } of connections.values())
        for (const response of open.keys())
          if (!response.headersSent) response.setHeader('connection', 'close');
    },
    closeIdle: (graceMs) => {
      const now = performance.now();
      for (const [socket, { open, bytesSeen, since }] of connections)
        if (open.size === 0 && socket.bytesRead === bytesSeen && now - since >= graceMs)
          closeInStages(socket);
    },
    anyOpen: () => connections.size > 0,
    isOpen: (socket) => connections.has(socket),
    isAnswering: (socket) => {
      const open = connections.get(socket)?.open.keys() ?? [];
      return [...open].some((response) => response.headersSent);
    },
  };
}

function drop(incoming: IncomingMessage): void {
  incoming.removeAllListeners('data');
  incoming.resume();
}
