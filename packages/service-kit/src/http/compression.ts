/**
 * Answers in gzip, for clients that take it (RFC 9110, sections 12.5.3 and 8.4). An answer to HEAD has the headers that
 * the answer to GET has; what is encoded already stays as it is, and so does what is told bit by bit.
 *
 * Not hono/compress: it knows the size of an answer only from a Content-Length, which ours get after it, so that it
 * compresses the smallest; it leaves HEAD with the length of what is not compressed, and a 304 without `Vary`.
 */
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { constants, gzip, type ZlibOptions } from 'node:zlib';
import type { MiddlewareHandler } from 'hono';
import { COMPRESSIBLE_CONTENT_TYPE_REGEX } from 'hono/compress';
import { FHIR_JSON } from './fhir-response.ts';
import { splitUnquoted, valueWithParameters } from './header-value.ts';
import { varyBy } from './vary.ts';

/** Bytes from which on it is worth it: what is smaller is one packet either way. */
export const COMPRESSED_BYTES_MIN = 1024;

/** Bytes up to which an answer that is there is compressed at once; a larger one as it is sent. */
const AT_ONCE_BYTES_MAX = 1024 * 1024;

/** The second is the same (RFC 9110, section 8.4.1.3). */
const GZIP_NAMES: readonly string[] = ['gzip', 'x-gzip'];
/** RFC 9110, section 12.4.2. */
const WEIGHT = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;
const NO_TRANSFORM = /(?:^|,)\s*no-transform\s*(?:,|$)/i;

const NOT_MODIFIED = 304;
const PARTIAL_CONTENT = 206;

/** JSON repeats itself so much that the fastest level makes it hardly larger than the default one, in a third of the time. */
const FASTEST = { level: constants.Z_BEST_SPEED };

const atOnce: (bytes: Uint8Array, options: ZlibOptions) => Promise<Uint8Array<ArrayBuffer>> = promisify(gzip);

export const compression: MiddlewareHandler = async (c, next) => {
  await next();
  // Of a 304 what the 200 would say (RFC 9110, section 15.4.5).
  if (c.res.status === NOT_MODIFIED) return varyBy(c, 'Accept-Encoding');
  if (!isCompressible(c.res)) return;
  varyBy(c, 'Accept-Encoding');
  const wanted = takesGzip(c.req.header('accept-encoding'));
  if (!wanted && c.req.method !== 'HEAD') return;
  const declared = c.res.headers.get('content-length');
  const looked = declared === null && c.res.body !== null ? await lookAt(c.res.body) : undefined;
  if (looked !== undefined) c.res = new Response(looked.whole ?? looked.body, c.res);
  const bytes = declared === null ? looked?.whole?.length : Number(declared);
  if (bytes === undefined) return;
  if (wanted && bytes >= COMPRESSED_BYTES_MIN) {
    const body =
      looked?.whole !== undefined && bytes <= AT_ONCE_BYTES_MAX
        ? await atOnce(looked.whole, FASTEST)
        : c.res.body?.pipeThrough(new CompressionStream('gzip'));
    c.res = new Response(body ?? null, c.res);
    if (body instanceof Uint8Array) c.res.headers.set('content-length', String(body.length));
    else c.res.headers.delete('content-length');
    c.res.headers.set('content-encoding', 'gzip');
    // Other bytes: no longer the representation that a strong tag stands for (RFC 9110, section 8.8.1).
    const etag = c.res.headers.get('etag');
    if (etag?.startsWith('"')) c.res.headers.set('etag', `W/${etag}`);
  } else if (declared === null) c.res.headers.set('content-length', String(bytes));
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
  const type = headers.get('content-type') ?? '';
  return (
    status !== PARTIAL_CONTENT &&
    !headers.has('content-encoding') &&
    (type === FHIR_JSON || COMPRESSIBLE_CONTENT_TYPE_REGEX.test(type)) &&
    !NO_TRANSFORM.test(headers.get('cache-control') ?? '')
  );
}

type Looked =
  | { readonly whole: Uint8Array<ArrayBuffer>; readonly body?: never }
  /** It streams: nothing of it may be held back. */
  | { readonly whole?: never; readonly body: ReadableStream<Uint8Array> };

/** Reads what is there already, which of an answer that was made whole is all; gives back everything. */
async function lookAt(body: ReadableStream<Uint8Array>): Promise<Looked> {
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  for (;;) {
    const read = reader.read();
    const now = await Promise.race([read, setImmediate(undefined)]);
    if (now === undefined) return { body: streamOf(chunks, read, reader) };
    if (now.done) return { whole: Buffer.concat(chunks) };
    chunks.push(now.value);
  }
}

/** What was read, what is being read, then the rest. */
function streamOf(
  chunks: readonly Uint8Array[],
  reading: Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>,
  reader: ReadableStreamDefaultReader<Uint8Array>,
): ReadableStream<Uint8Array> {
  let next: typeof reading | undefined = reading;
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
    },
    async pull(controller) {
      const { value } = await (next ?? reader.read());
      next = undefined;
      if (value === undefined) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
