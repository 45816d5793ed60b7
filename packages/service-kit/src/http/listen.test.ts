import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { listenSuite } from './listen.case.ts';

const host = '127.0.0.1';

listenSuite({
  options: { hostname: host, port: 0 },
  connect: (port) => connect(port, host),
  request: (options, answered) => request({ ...options, host }, answered),
  agent: () => new Agent({ keepAlive: true, maxSockets: 16 }),
});
