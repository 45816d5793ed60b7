/**
 * A TCP proxy in front of the broker that knows where Kafka's requests and answers begin and end, so that it can lose
 * exactly one of them: the request, its answer, the connection in the middle of either.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { KafkaConnection } from '../src/index.ts';

export const PRODUCE = 0;
export const FETCH = 1;
export const LIST_OFFSETS = 2;
export const OFFSET_COMMIT = 8;
export const FIND_COORDINATOR = 10;
export const JOIN_GROUP = 11;
export const HEARTBEAT = 12;

export type Fault =
  | 'none'
  /** The connection is reset and the request never reaches the broker. */
  | 'lose-request'
  /** Half of the request reaches the broker, then the connection is reset. */
  | 'cut-request'
  /** The broker does what it was asked, and the connection is reset instead of the answer. */
  | 'lose-answer'
  /** The broker does what it was asked, half of the answer arrives, and the connection is reset. */
  | 'cut-answer'
  /** The broker does what it was asked, and nobody ever hears of it on a connection that lives on. */
  | 'swallow-answer'
  /** The broker does what it was asked, and the answer says that it did not: its last partition's error is one. */
  | 'deny-answer';

/** COORDINATOR_LOAD_IN_PROGRESS: passes, and ends no connection. */
const DENIAL = 14;
const INT16_BYTES = 2;

export type FaultProxy = {
  readonly connection: KafkaConnection;
  /** What was done, by kind. */
  readonly done: Map<Fault, number>;
  /** How often it was asked what, by Kafka's number of the request. */
  readonly asked: Map<number, number>;
  /** Connections that were turned down while Kafka was away. */
  refused(): number;
  /** Refuses and resets every connection, as if Kafka were away. */
  setAway(isAway: boolean): void;
};

export async function faultProxy(
  to: KafkaConnection,
  decide: (apiKey: number) => Fault = () => 'none',
): Promise<FaultProxy> {
  const [host, port] = to.brokers[0]!.split(':');
  const done = new Map<Fault, number>();
  const asked = new Map<number, number>();
  const clients = new Set<Socket>();
  let isAway = false;
  let refused = 0;

  const server = createServer((client) => {
    if (isAway) {
      refused += 1;
      return void client.resetAndDestroy();
    }
    clients.add(client);
    const broker = connect(Number(port), host!);
    const fates = new Map<number, Fault>();
    const reset = () => {
      clients.delete(client);
      client.resetAndDestroy();
      broker.resetAndDestroy();
    };
    for (const socket of [client, broker]) {
      socket.setNoDelay(true);
      socket.on('error', reset);
      socket.on('close', reset);
    }
    onFrames(client, (frame) => {
      const apiKey = frame.readInt16BE(4);
      asked.set(apiKey, (asked.get(apiKey) ?? 0) + 1);
      const fault = decide(apiKey);
      done.set(fault, (done.get(fault) ?? 0) + 1);
      if (fault === 'lose-request') return reset();
      if (fault === 'cut-request') return void broker.write(frame.subarray(0, frame.length >> 1), reset);
      fates.set(frame.readInt32BE(8), fault);
      broker.write(frame);
    });
    onFrames(broker, (frame) => {
      const fault = fates.get(frame.readInt32BE(4)) ?? 'none';
      fates.delete(frame.readInt32BE(4));
      if (fault === 'swallow-answer') return;
      if (fault === 'lose-answer') return reset();
      if (fault === 'deny-answer') frame.writeInt16BE(DENIAL, frame.length - INT16_BYTES);
      if (fault === 'cut-answer') return void client.write(frame.subarray(0, frame.length >> 1), reset);
      client.write(frame);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxyPort = (server.address() as AddressInfo).port;
  onTestFinished(() => {
    for (const client of clients) client.destroy();
    server.close();
  });

  return {
    connection: { ...to, socketFactory: ({ onConnect }) => connect(proxyPort, '127.0.0.1', onConnect) },
    done,
    asked,
    refused: () => refused,
    setAway(away) {
      isAway = away;
      if (away) for (const client of clients) client.resetAndDestroy();
    },
  };
}

/** A number generator that a printed seed repeats (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function onFrames(socket: Socket, use: (frame: Buffer) => void): void {
  let chunks: Buffer[] = [];
  let length = 0;
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    length += chunk.length;
    while (length >= 4) {
      const all = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
      chunks = [all];
      const frameBytes = all.readInt32BE() + 4;
      if (length < frameBytes) return;
      use(all.subarray(0, frameBytes));
      chunks = [all.subarray(frameBytes)];
      length -= frameBytes;
    }
  });
}
