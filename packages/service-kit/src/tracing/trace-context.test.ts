import { describe, expect, it } from 'vitest';
import { headersOf, spanContextOf } from './trace-context.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const VALID = `00-${TRACE}-${SPAN}-01`;

describe('spanContextOf', () => {
  it('takes what W3C Trace Context says, and gives it on as it came', () => {
    const headers = { traceparent: VALID, tracestate: 'congo=t61rcWkgMzE,rojo=00f067aa0ba902b7' };
    const context = spanContextOf(headers);
    expect(context).toMatchObject({ traceId: TRACE, spanId: SPAN, traceFlags: 1, isRemote: true });
    expect(headersOf(context)).toEqual(headers);
  });

  it.each([
    ['nothing', undefined],
    ['an empty header', ''],
    ['capitals', VALID.toUpperCase()],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['a span id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['version ff', `ff${VALID.slice(2)}`],
    ['more than version 00 has', `${VALID}-x`],
    ['two headers, as Node joins them', `${VALID}, ${VALID}`],
    ['blanks around it', ` ${VALID} `],
    ['a name', `00-${'Erika Mustermann'.padEnd(32, 'x')}-${SPAN}-01`],
    ['one over the bound', `01${VALID.slice(2)}-${'x'.repeat(255 - VALID.length)}`],
  ])('takes %s for none', (_what, traceparent) => {
    expect(spanContextOf({ traceparent, tracestate: 'a=b' })).toBeUndefined();
  });

  it('reads of a later version what this one has, up to its bound, and says it as this one', () => {
    const longest = `01${VALID.slice(2)}-${'x'.repeat(254 - VALID.length)}`;
    expect(headersOf(spanContextOf({ traceparent: longest, tracestate: undefined }))).toEqual({
      traceparent: VALID,
    });
  });

  it('passes on no flag that has no meaning', () => {
    const flagged = `00-${TRACE}-${SPAN}-ff`;
    expect(headersOf(spanContextOf({ traceparent: flagged, tracestate: undefined }))).toEqual({
      traceparent: `00-${TRACE}-${SPAN}-03`,
    });
  });

  it('passes on 512 characters of tracestate, and none of more', () => {
    const stateOf = (chars: number) =>
      ['a', 'b', 'c']
        .map((key) => `${key}=${'x'.repeat(168)}`)
        .join(',')
        .padEnd(chars, 'x');
    const passed = (tracestate: string) =>
      headersOf(spanContextOf({ traceparent: VALID, tracestate })).tracestate;
    expect(passed(stateOf(512))).toHaveLength(512);
    expect(passed(stateOf(513))).toBeUndefined();
  });

  it('leaves out entries of tracestate that are none, and keeps the trace', () => {
    const passed = (tracestate: string) => headersOf(spanContextOf({ traceparent: VALID, tracestate }));
    expect(passed('a=1,Erika Mustermann,b=2')).toEqual({ traceparent: VALID, tracestate: 'a=1,b=2' });
    expect(passed('Erika Mustermann')).toEqual({ traceparent: VALID });
  });
});
