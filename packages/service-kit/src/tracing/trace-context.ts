/**
 * W3C Trace Context (https://www.w3.org/TR/trace-context/) in headers of HTTP and of records: what is not valid to the
 * letter is as if it were not there. It does without an SDK, whose propagator is a no-op until an operator brings one.
 */

import type { TraceHeaders } from '@auditbox/fhir-core';
import { createTraceState, isSpanContextValid, type SpanContext, type TraceState } from '@opentelemetry/api';

/** Version, trace id, parent id, flags; what a later version adds begins with a hyphen (section 4). */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Characters: one of version 00 has 55; what a later version adds is not read, and not passed on. */
const TRACEPARENT_CHARS_MAX = 255;

/** Characters that have to be passed on (section 3.3.1.5), and no more are. */
const TRACESTATE_CHARS_MAX = 512;

/** `sampled`, and `random` of level 2: others have no meaning yet, and are not to be set. */
const KNOWN_FLAGS = 0x03;

/** The context that the headers say, or undefined. */
export function spanContextOf({
  traceparent = '',
  tracestate = '',
}: { readonly [Key in keyof TraceHeaders]: string | undefined }): SpanContext | undefined {
  if (traceparent.length > TRACEPARENT_CHARS_MAX) return undefined;
  const [, version, traceId = '', spanId = '', flags = '', rest] = TRACEPARENT.exec(traceparent) ?? [];
  if (version === undefined || (version === '00' && rest !== undefined)) return undefined;
  const traceState = traceStateOf(tracestate);
  const context: SpanContext = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & KNOWN_FLAGS,
    isRemote: true,
    ...(traceState !== undefined && { traceState }),
  };
  // Zeros are no ids.
  return isSpanContextValid(context) ? context : undefined;
}

/** The headers that say this context; none where it is not valid. */
export function headersOf(context: SpanContext | undefined): TraceHeaders {
  if (context === undefined || !isSpanContextValid(context)) return {};
  const { traceId, spanId, traceFlags, traceState } = context;
  const flags = (traceFlags & KNOWN_FLAGS).toString(16).padStart(2, '0');
  const tracestate = traceState?.serialize() ?? '';
  const fits = tracestate !== '' && tracestate.length <= TRACESTATE_CHARS_MAX;
  return { traceparent: `00-${traceId}-${spanId}-${flags}`, ...(fits && { tracestate }) };
}

/** Entries that are not valid are left out, as is all of one that is too long. */
function traceStateOf(text: string): TraceState | undefined {
  if (text === '' || text.length > TRACESTATE_CHARS_MAX) return undefined;
  const state = createTraceState(text);
  return state.serialize() === '' ? undefined : state;
}
