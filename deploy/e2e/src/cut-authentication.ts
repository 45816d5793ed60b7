/** A way to Kafka that breaks wherever a client shows who it is: the request arrives nowhere, the connection is reset. */
import { connect } from 'node:net';
import type { SocketFactory } from '@auditbox/event-log';

/** Kafka's number of the request (https://kafka.apache.org/protocol#protocol_api_keys). */
const SASL_AUTHENTICATE = 36;
/** Of the length, which is before it. */
const LENGTH_BYTES = 4;

export const cutAuthentication: SocketFactory = ({ host, port, onConnect }) => {
  const socket = connect(port, host, onConnect);
  const write = socket.write.bind(socket) as (data: Buffer, ...rest: unknown[]) => boolean;
  socket.write = (data: unknown, ...rest: unknown[]) => {
    if (Buffer.isBuffer(data) && data.readInt16BE(LENGTH_BYTES) === SASL_AUTHENTICATE) {
      socket.destroy(Object.assign(new Error('cut'), { code: 'ECONNRESET' }));
      return false;
    }
    return write(data as Buffer, ...rest);
  };
  return socket;
};
