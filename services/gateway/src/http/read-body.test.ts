import { describe, expect, it } from 'vitest';
import { readBody } from './read-body.ts';

const streamed = (...chunks: string[]) =>
  new Request('http://localhost/', {
    method: 'POST',
    body: new ReadableStream({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
        controller.close();
      },
    }),
    duplex: 'half',
  } as RequestInit);

const declared = (body: string) =>
  new Request('http://localhost/', {
    method: 'POST',
    body,
    headers: { 'content-length': String(body.length) },
  });

describe('readBody', () => {
  it('takes a body at the limit and refuses one byte more, declared or streamed', async () => {
    expect(await readBody(declared('12345'), 5)).toEqual({ text: '12345' });
    expect(await readBody(declared('123456'), 5)).toEqual({ refused: 'too-large' });
    expect(await readBody(streamed('123', '45'), 5)).toEqual({ text: '12345' });
    expect(await readBody(streamed('123', '456'), 5)).toEqual({ refused: 'too-large' });
  });

  it('refuses what is not UTF-8 and drops a byte-order mark', async () => {
    const bytes = (...values: number[]) =>
      new Request('http://localhost/', { method: 'POST', body: new Uint8Array(values) });
    expect(await readBody(bytes(0x22, 0xff, 0x22), 5)).toEqual({ refused: 'not-utf-8' });
    expect(await readBody(bytes(0xef, 0xbb, 0xbf, 0x7b), 5)).toEqual({ text: '{' });
  });
});
