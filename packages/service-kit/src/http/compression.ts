/**
 * Answers in gzip, for clients that take it (RFC 9110, sections 12.5.3 and 8.4). An answer to HEAD has the headers that
 * the answer to GET has; what is encoded already stays as it is, and so does what is told bit by bit.
 *
 * Not hono/compress: it knows the size of an answer only from a Content-Length, which ours get after it, so that it
 * compresses the smallest; it leaves HEAD with the length of what is not compressed, and a 304 without `Vary`.
 */
import { setImmediate } from 'node:timers/promises';
import type { Context, MiddlewareHandler } from 'hono';
import { COMPRESSIBLE_CONTENT_TYPE_REGEX } from 'hono/compress';
import { splitUnquoted, valueWithParameters } from './header-value.ts';

/** Bytes from which on it is worth it: what is smaller is one packet either way. */
export const COMPRESSED_BYTES_MIN = 1024;

/** The second is the same (RFC 9110, section 8.4.1.3). */
const GZIP_NAMES: readonly string[] = ['gzip', 'x-gzip'];
/** RFC 9110, section 12.4.2. */
const WEIGHT = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;
const NO_TRANSFORM = /(?:^|,)\s*no-transform\s*(?:,|$)/i;
const VARIES = /(?:^|,)\s*(?:accept-encoding|\*)\s*(?:,|$)/i;

const NOT_MODIFIED = 304;
const PARTIAL_CONTENT = 206;

export const compression: MiddlewareHandler = async (c, next) => {
  await next();
  // Of a 304 what the 200 would say (RFC 9110, section 15.4.5).
  if (c.res.status === NOT_MODIFIED) return varyByEncoding(c);
  if (!isCompressible(c.res)) return;
  varyByEncoding(c);
  const wanted = takesGzip(c.req.header('accept-encoding'));
  if (!wanted && c.req.method !== 'HEAD') return;
  const declared = c.res.headers.get('content-length');
  const looked = declared === null && c.res.body !== null ? await lookAt(c.res.body) : undefined;
  if (looked !== undefined) c.res = new Response(looked.body, c.res);
  const bytes = declared === null ? looked?.bytes : Number(declared);
  if (bytes === undefined) return;
  if (wanted && bytes >= COMPRESSED_BYTES_MIN) {
    c.res = new Response(c.res.body?.pipeThrough(new CompressionStream('gzip')) ?? null, c.res);
    c.res.headers.delete('content-length');
    c.res.headers.set('content-encoding', 'gzip');
    // Other bytes: no longer the representation that a strong tag stands for (RFC 9110, section 8.8.1).
    const etag = c.res.headers.get('etag');
    if (etag?.startsWith('"')) c.res.headers.set('etag', `W/${etag}`);
  } else c.res.headers.set('content-length', String(bytes));
};

/** Whether a client takes gzip, and at least as gladly as what is not encoded. A weight that is none counts as 0. */
export function takesGzip(header: string | undefined): boolean {
  const weights = new Map<string, number>();
  for (const coding of splitUnquoted(header ?? '', ',')) {
    const { value, parameters } = valueWithParameters(coding);
    const weight = parameters.find(({ name }) => name === 'q')?.value ?? '1';
    const name = GZIP_NAMES.includes(value) ? 'gzip' : value;
    weights.set(name, Math.max(weights.get(name) ?? 0, WEIGHT.test(weight) ? Number(weight) : 0));
  }
  const gzip = weights.get('gzip') ?? weights.get('*') ?? 0;
  return gzip > 0 && gzip >= (weights.get('identity') ?? 0);
}

function isCompressible({ status, headers }: Response): boolean {
  return (
    status !== PARTIAL_CONTENT &&
    !headers.has('content-encoding') &&
    COMPRESSIBLE_CONTENT_TYPE_REGEX.test(headers.get('content-type') ?? '') &&
    !NO_TRANSFORM.test(headers.get('cache-control') ?? '')
  );
}

/** By way of the context: the headers of an answer that `fetch` gave can't be changed. */
function varyByEncoding(c: Context): void {
  const vary = c.res.headers.get('vary') ?? '';
  if (!VARIES.test(vary)) c.header('vary', vary === '' ? 'Accept-Encoding' : `${vary}, Accept-Encoding`);
}

type Looked = {
  /** The size of it all; undefined where it is not whole yet: then it streams, and nothing of it may be held back. */
  readonly bytes: number | undefined;
  readonly body: ReadableStream<Uint8Array>;
};

/** Reads what is there already, which of an answer that was made whole is all; gives back everything. */
async function lookAt(body: ReadableStream<Uint8Array>): Promise<Looked> {
  const reader = body.getReader();
  const reads: ReturnType<typeof reader.read>[] = [];
  let bytes = 0;
  for (;;) {
    const read = reader.read();
    reads.push(read);
    const now = await Promise.race([read, setImmediate(undefined)]);
    bytes += now?.value?.length ?? 0;
    if (now === undefined || now.done) {
      return { bytes: now?.done === true ? bytes : undefined, body: wholeOf(reader, reads) };
    }
  }
}

/** What was read, then the rest. */
function wholeOf(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  reads: Promise<ReadableStreamReadResult<Uint8Array>>[],
): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await (reads.shift() ?? reader.read());
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
