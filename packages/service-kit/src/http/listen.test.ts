import { describe, expect, it } from 'vitest';
import { listen } from './listen.ts';

const LOCAL = { hostname: '127.0.0.1', port: 0 };

describe('listen', () => {
  it('finishes requests in flight before it is disposed, and takes no new ones', async () => {
    const { promise: asked, resolve: sayAsked } = Promise.withResolvers<void>();
    const { promise: goOn, resolve: letGoOn } = Promise.withResolvers<void>();
    const server = await listen(async () => {
      sayAsked();
      await goOn;
      return new Response('done');
    }, LOCAL);
    const url = `http://127.0.0.1:${server.port}/`;
    const inFlight = fetch(url);
    await asked;
    const stopped = server[Symbol.asyncDispose]();
    await expect(fetch(url)).rejects.toThrow();
    letGoOn();
    const answer = await inFlight;
    expect(answer.headers.get('connection')).toBe('close');
    expect(await answer.text()).toBe('done');
    await stopped;
  });

  it('rejects where the port is taken', async () => {
    await using first = await listen(() => new Response(), LOCAL);
    await expect(listen(() => new Response(), { ...LOCAL, port: first.port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });
});
