/**
 * Reading a request body within its bounds: counted while it arrives, whether its length is declared or not, counted
 * again while it is inflated, and whole within a deadline. What is over a bound is not read further; the answer ends
 * the connection, so that the rest is nobody's.
 */
import { Readable } from 'node:stream';
import { type IssueType, issue } from '@auditbox/fhir-core';
import { busyRefusal, incomingOf, outcomeResponse } from '@auditbox/service-kit';
import { decoderOf, inflate } from './inflate.ts';

export type BodyLimits = {
  /** Bytes of a body, as it arrives and inflated. */
  readonly bytesMax: number;
  /** Milliseconds until the whole body is here. */
  readonly deadlineMs: number;
  /** Asks for room for so many bytes in all, arrived and inflated; false where there is none. None asked by default. */
  readonly hold?: (bytes: number) => boolean;
};

export type Body =
  | { readonly kind: 'read'; readonly bytes: Buffer }
  | { readonly kind: 'refused'; readonly reason: BodyRefusal }
  /** It did not inflate to its end, or held more than what inflates: the bytes as received. */
  | { readonly kind: 'corrupt'; readonly bytes: Buffer; readonly encoding: string };

export type BodyRefusal = 'too-large' | 'unsupported-encoding' | 'too-slow' | 'hung-up' | 'busy';

/** Nobody reads this answer; nginx's number for it stands in the log. */
const CLIENT_CLOSED_REQUEST = 499;

const unbounded = (): boolean => true;

/** Never rejects. */
export async function readBody(
  request: Request,
  { bytesMax, deadlineMs, hold = unbounded }: BodyLimits,
): Promise<Body> {
  const decoder = decoderOf(request.headers.get('content-encoding'));
  if (decoder === undefined) return refused('unsupported-encoding');
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > bytesMax) return refused('too-large');
  if (!hold(declared)) return refused('busy');
  const received = await receive(sourceOf(request), { bytesMax, deadlineMs, hold });
  if (typeof received === 'string') return refused(received);
  if (decoder === 'identity') return { kind: 'read', bytes: received };
  const inflated = await inflate(received, decoder, bytesMax, (bytes) => hold(received.length + bytes));
  if (inflated === 'corrupt') return { kind: 'corrupt', bytes: received, encoding: decoder };
  return typeof inflated === 'string' ? refused(inflated) : { kind: 'read', bytes: inflated };
}

/** The answer to a body that could not be read, the same wherever one is read. */
export function bodyRefusal(
  body: Exclude<Body, { kind: 'read' }>,
  { bytesMax, deadlineMs }: BodyLimits,
): Response {
  if (body.kind === 'corrupt')
    return refusal(400, 'structure', `The body is not ${body.encoding} from its first byte to its last.`);
  switch (body.reason) {
    case 'too-large':
      return refusal(413, 'too-long', `A request has at most ${bytesMax} bytes, compressed or not.`, CLOSE);
    case 'unsupported-encoding':
      return refusal(415, 'not-supported', 'The Content-Encoding is one of gzip, deflate and identity.', {
        ...CLOSE,
        // RFC 9110, section 15.5.16.
        'accept-encoding': 'gzip, deflate',
      });
    case 'too-slow':
      return refusal(408, 'timeout', `A body arrives within ${deadlineMs} ms.`, CLOSE);
    case 'busy':
      return busyRefusal();
    case 'hung-up':
      return new Response(null, { status: CLIENT_CLOSED_REQUEST });
  }
}

const CLOSE = { connection: 'close' };

function refusal(
  status: number,
  code: IssueType,
  diagnostics: string,
  headers: Record<string, string> = {},
): Response {
  return outcomeResponse(status, [issue({ code, diagnostics })], headers);
}

function refused(reason: BodyRefusal): Body {
  return { kind: 'refused', reason };
}

/** On a socket the stream of Node itself: a web stream could not be left half read without cutting the connection. */
function sourceOf(request: Request): Readable {
  const incoming = incomingOf(request);
  if (incoming !== undefined) return incoming;
  return request.body === null
    ? Readable.from([])
    : Readable.fromWeb(request.body as Parameters<typeof Readable.fromWeb>[0]);
}

function receive(
  source: Readable,
  { bytesMax, deadlineMs, hold }: Required<BodyLimits>,
): Promise<Buffer | BodyRefusal> {
  const { promise, resolve } = Promise.withResolvers<Buffer | BodyRefusal>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  const settle = (result: Buffer | BodyRefusal): void => {
    clearTimeout(timer);
    source.off('data', onData).off('end', onEnd).off('error', onHangUp).off('close', onHangUp);
    // A late error is nobody's either.
    source.on('error', () => undefined).pause();
    resolve(result);
  };
  const timer = setTimeout(() => settle('too-slow'), deadlineMs);
  const onData = (chunk: Uint8Array): void => {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) settle('too-large');
    else if (!hold(bytes)) settle('busy');
    else chunks.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  };
  const onEnd = (): void => settle(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
  const onHangUp = (): void => settle('hung-up');
  if (source.destroyed) settle('hung-up');
  else source.on('data', onData).on('end', onEnd).on('error', onHangUp).on('close', onHangUp);
  return promise;
}
