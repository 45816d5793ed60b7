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
};

export type Connections = {
  /** From now on every answer says that its connection ends. */
  readonly endAfterAnswers: () => void;
  /** Closes the connections on which nothing is under way. */
  readonly closeIdle: () => void;
  readonly closeInStages: (socket: Socket) => void;
  readonly anyOpen: () => boolean;
  /** Whether an answer has begun on this connection: nothing else may be written to it. */
  readonly isAnswering: (socket: Socket) => boolean;
};

export function trackConnections(server: Server): Connections {
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

  server.on('connection', (socket: Socket) => {
    const connection: Connection = { open: new Map(), bytesSeen: 0, closing: false };
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
    closeIdle: () => {
      for (const [socket, { open, bytesSeen }] of connections)
        if (open.size === 0 && socket.bytesRead === bytesSeen) closeInStages(socket);
    },
    anyOpen: () => connections.size > 0,
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
