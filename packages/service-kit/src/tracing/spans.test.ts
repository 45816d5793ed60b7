import { expect, it } from 'vitest';
import { carryContexts } from './context-manager.ts';
import { activeTraceHeaders, activeTraceId, inSpan } from './spans.ts';
import { spanContextOf } from './trace-context.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = `00-${TRACE}-00f067aa0ba902b7-01`;
const attributes = {};

it('without an SDK, what came in goes on through promises, and no further than its work', async () => {
  carryContexts();
  carryContexts();
  const parent = spanContextOf({ traceparent, tracestate: undefined });
  const [seen, beside] = await Promise.all([
    inSpan('outer', { kind: 'SERVER', attributes, parent }, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return inSpan('inner', { kind: 'PRODUCER', attributes }, async () => ({
        ...activeTraceHeaders(),
        id: activeTraceId(),
      }));
    }),
    inSpan('beside', { kind: 'SERVER', attributes }, async () => activeTraceHeaders()),
  ]);
  expect(seen).toEqual({ traceparent, id: TRACE });
  expect(beside).toEqual({});
  expect(activeTraceHeaders()).toEqual({});
});

it('without an SDK, a consumer is no part of the context that it was called in', async () => {
  carryContexts();
  const parent = spanContextOf({ traceparent, tracestate: undefined });
  await inSpan('outer', { kind: 'SERVER', attributes, parent }, async () => {
    expect(activeTraceId()).toBe(TRACE);
    await inSpan('apart', { kind: 'CONSUMER', attributes }, async () =>
      expect(activeTraceId()).toBeUndefined(),
    );
  });
});

it('gives on what its work throws', async () => {
  const error = new Error('x');
  const parent = spanContextOf({ traceparent, tracestate: undefined });
  await expect(inSpan('x', { kind: 'CLIENT', attributes, parent }, () => Promise.reject(error))).rejects.toBe(
    error,
  );
});
