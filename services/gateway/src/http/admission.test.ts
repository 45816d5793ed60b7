import { once } from 'node:events';
import { connect } from 'node:net';
import {
  type AdmissionLimits,
  createApp,
  createLogger,
  type Listening,
  listen,
  openAdmission,
} from '@auditbox/service-kit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bodyRefusal, readBody } from './read-body.ts';

const open: Listening[] = [];
afterEach(async () => {
  for (const listening of open.splice(0)) await listening[Symbol.asyncDispose]();
});

/** More than a socket takes before its client reads. */
const MUCH = 'x'.repeat(32 * 1024 * 1024);

const NOTHING = { requests: 0, bytes: 0 };

/** Routes behind an admission, on a real socket. A request to `/wait` is answered when `letGoOn` is called. */
async function admitting(limits: Partial<AdmissionLimits> = {}) {
  const admission = openAdmission({ requestsMax: 2, bufferedBytesMax: 1000, ...limits });
  const { promise: goOn, resolve: letGoOn } = Promise.withResolvers<void>();
  const app = createApp({ logger: createLogger('test', 'off'), checks: {} });
  app.use(admission.middleware);
  app.post('/:what', async (c) => {
    const bounds = { bytesMax: 10_000, deadlineMs: 60_000, hold: admission.holdFor(c.req.raw) };
    const body = await readBody(c.req.raw, bounds);
    if (body.kind !== 'read') return bodyRefusal(body, bounds);
    if (c.req.param('what') === 'wait') await goOn;
    if (c.req.param('what') === 'fail') throw new Error('x');
    return c.text(c.req.param('what') === 'much' ? MUCH : 'done');
  });
  const server = await listen(app.fetch, { hostname: '127.0.0.1', port: 0 });
  open.push(server);
  const post = (path: string, bytes: number) =>
    fetch(`http://127.0.0.1:${server.port}${path}`, { method: 'POST', body: 'x'.repeat(bytes) });
  const inHand = (expected: object) => vi.waitFor(() => expect(admission.inHand()).toEqual(expected));
  return { admission, post, inHand, letGoOn, port: server.port };
}

const outcome = async (response: Response) => [
  response.status,
  response.headers.get('retry-after'),
  ((await response.json()) as { issue: { code: string }[] }).issue[0]?.code,
];

describe('admission', () => {
  it('takes as many requests as it may and answers 503 to one more, until one is done', async () => {
    const { post, inHand, letGoOn } = await admitting();
    const waiting = [post('/wait', 1), post('/wait', 1)];
    await inHand({ requests: 2, bytes: 2 });
    expect(await outcome(await post('/x', 1))).toEqual([503, '1', 'throttled']);
    letGoOn();
    for (const response of await Promise.all(waiting)) expect(await response.text()).toBe('done');
    await inHand(NOTHING);
    expect((await post('/x', 1)).status).toBe(200);
  });

  it('takes as many bytes as it may and answers 503 to one more', async () => {
    const { post, inHand, letGoOn } = await admitting();
    const waiting = post('/wait', 600);
    await inHand({ requests: 1, bytes: 600 });
    expect((await post('/x', 400)).status).toBe(200);
    await inHand({ requests: 1, bytes: 600 });
    expect(await outcome(await post('/x', 401))).toEqual([503, '1', 'throttled']);
    letGoOn();
    await (await waiting).text();
    await inHand(NOTHING);
  });

  it('holds what is declared before it arrives, and gives it back when the client hangs up', async () => {
    const { inHand, port } = await admitting();
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 700\r\n\r\n');
    await inHand({ requests: 1, bytes: 700 });
    socket.destroy();
    await inHand(NOTHING);
  });

  it('holds what is not declared as it arrives', async () => {
    const { inHand, port } = await admitting();
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n');
    await inHand({ requests: 1, bytes: 5 });
    socket.write('2\r\n67\r\n');
    await inHand({ requests: 1, bytes: 7 });
    socket.write('0\r\n\r\n');
    await once(socket, 'data');
    await inHand(NOTHING);
    socket.destroy();
  });

  it('gives back what a request held that fails, is refused, or is answered 404', async () => {
    const { post, inHand } = await admitting();
    for (const [path, bytes, status] of [
      ['/fail', 500, 500],
      ['/x', 1001, 503],
      ['/x', 10_001, 413],
      ['/not/there', 500, 404],
    ] as const) {
      expect((await post(path, bytes)).status).toBe(status);
      await inHand(NOTHING);
    }
  });

  it('gives back what a client holds that does not take its answer in time', async () => {
    const { inHand, port } = await admitting({ takeDeadlineMs: 300 });
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /much HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc');
    await inHand({ requests: 1, bytes: 3 });
    await inHand(NOTHING);
    socket.destroy();
  });

  it('gives back once what a client held that goes away while it is served', async () => {
    const { inHand, letGoOn, port } = await admitting();
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /wait HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc');
    await inHand({ requests: 1, bytes: 3 });
    socket.destroy();
    // It is in hand for as long as the route works on it.
    const second = connect(port, '127.0.0.1');
    second.write('POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\na');
    await once(second, 'data');
    second.destroy();
    await inHand({ requests: 1, bytes: 3 });
    letGoOn();
    await inHand(NOTHING);
  });
});
