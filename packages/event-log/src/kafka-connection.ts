/** Where Kafka is, said without naming a client, and the one place that turns it into kafkajs's settings. */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ISocketFactory, Kafka as KafkaClient, SASLOptions } from 'kafkajs';
import { kafkaLogCreator } from './kafka-logger.ts';
import { Kafka, logLevel } from './kafkajs.ts';

export type KafkaConnection = {
  /** host:port of some brokers; the rest is learnt from them. */
  readonly brokers: readonly string[];
  /** Names this process in the brokers' logs and quotas. */
  readonly clientId: string;
  /** Present: connections are TLS, and a broker has to prove the host name that it was reached by. */
  readonly tls?: KafkaTls;
  readonly sasl?: KafkaSasl;
  /** Opens the sockets: a proxy, or a test's faults. */
  readonly socketFactory?: SocketFactory;
};

/** All in PEM. */
export type KafkaTls = {
  /** Whom to trust in place of the authorities that Node knows. */
  readonly ca?: string;
  /** Who this client is, where brokers ask: its certificate with its chain, and its key. */
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
};

export type KafkaSasl = {
  /** `plain` gives the password away to whoever reads along: with TLS only. */
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
};

export type SocketFactory = ISocketFactory;

/** The part of pino that is used here. Fields are ids, codes and numbers, never what a record holds. */
export type Logger = {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  /** Data was lost, or a person must act. */
  error(fields: object, message: string): void;
};

export type KafkaTuning = {
  /** For one answer. A broker that holds an answer back longer counts as gone. */
  readonly requestTimeoutMs: number;
  /** Of kafkajs's own connect and metadata calls, before it gives up and we decide. */
  readonly retries: number;
};

/** TCP and TLS to a broker in the same region take a few ms; a host that is gone takes for ever. */
const CONNECT_TIMEOUT_MS = 3_000;

/** kafkajs's 300 ms and 30 s would have it resume up to 17 s after its broker. */
const RETRY_INITIAL_MS = 100;
const RETRY_MAX_MS = 2_000;

const KEEP_ALIVE_MS = 60_000;

/**
 * The same brokers, another one first. kafkajs asks the first for everything else, and one that accepts connections
 * but does not answer holds it for ever: whoever tries again MUST turn.
 */
export function turned(connection: KafkaConnection, turn: number): KafkaConnection {
  const at = turn % connection.brokers.length;
  return { ...connection, brokers: [...connection.brokers.slice(at), ...connection.brokers.slice(0, at)] };
}

export type Client = {
  readonly kafka: KafkaClient;
  /**
   * Closes whatever sockets are left and lets no new ones be opened. kafkajs goes on trying in places that its own
   * disconnect does not reach; after this it cannot, so nothing holds the process or a place in a group.
   */
  end(): void;
};

export function clientOf(connection: KafkaConnection, logger: Logger, tuning: KafkaTuning): Client {
  const open = connection.socketFactory ?? openSocket;
  const sockets = new Set<Socket>();
  let isEnded = false;
  const kafka = new Kafka({
    // Without brokers kafkajs gives up, however many retries it has.
    brokers: async () => (isEnded ? [] : [...connection.brokers]),
    clientId: connection.clientId,
    // Said, because NODE_TLS_REJECT_UNAUTHORIZED=0 would turn it off.
    ...(connection.tls !== undefined && { ssl: { ...connection.tls, rejectUnauthorized: true } }),
    // A copy: kafkajs keeps its authenticator in it.
    ...(connection.sasl !== undefined && { sasl: { ...connection.sasl } as SASLOptions }),
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: tuning.requestTimeoutMs,
    retry: { initialRetryTime: RETRY_INITIAL_MS, maxRetryTime: RETRY_MAX_MS, retries: tuning.retries },
    logLevel: logLevel.INFO,
    logCreator: kafkaLogCreator(logger, () => isEnded),
    socketFactory(args) {
      if (isEnded) throw new Error('the Kafka client has ended');
      const socket = open(args);
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      return socket;
    },
  });
  return {
    kafka,
    end() {
      isEnded = true;
      // With an error, or kafkajs would not learn that its requests have no answer.
      for (const socket of sockets) socket.destroy(new Error('the Kafka client has ended'));
    },
  };
}

/** As kafkajs opens them by default. */
const openSocket: SocketFactory = ({ host, port, ssl, onConnect }) => {
  const socket = ssl
    ? connectTls({ host, port, ...(isIP(host) === 0 && { servername: host }), ...ssl }, onConnect)
    : connectTcp({ host, port }, onConnect);
  return socket.setKeepAlive(true, KEEP_ALIVE_MS);
};
