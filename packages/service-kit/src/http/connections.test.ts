import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it } from 'vitest';
import { trackConnections } from './connections.ts';

// Over TLS a handshake may end in the middle of a stop: its client has not had the time to ask.
it('an idle connection is closed once it has been there for its grace, and not before', async () => {
  await using server = createServer((_incoming, response) => response.end('done')).listen(0, '127.0.0.1');
  const connections = trackConnections(server);
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await accepted;
  connections.closeIdle(60_000);
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 /);
  await expect.poll(() => connections.closeIdle(0) ?? socket.readableEnded).toBe(true);
  socket.destroy();
});
