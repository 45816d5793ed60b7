/**
 * Answers in gzip, for clients that take it (RFC 9110, sections 12.5.3 and 8.4). An answer to HEAD has the headers that
 * the answer to GET has, and what is encoded already stays as it is.
 *
 * Not hono/compress: it knows the size of an answer only from a Content-Length, which ours get after it, so that it
 * compresses the smallest; it leaves HEAD with the length of what is not compressed, and a 304 without `Vary`.
 */
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
  const isHead = c.req.method === 'HEAD';
  const wanted = takesGzip(c.req.header('accept-encoding'));
  if (!wanted && !isHead) return;
  const declared = c.res.headers.get('content-length');
  const begun = declared === null && c.res.body !== null ? await begin(c.res.body, isHead) : undefined;
  const bytes = declared === null ? begun?.bytes : Number(declared);
  if (wanted && (bytes === undefined || bytes >= COMPRESSED_BYTES_MIN)) {
    const body = begun?.body ?? c.res.body;
    c.res = new Response(body?.pipeThrough(new CompressionStream('gzip')) ?? null, c.res);
    c.res.headers.delete('content-length');
    c.res.headers.set('content-encoding', 'gzip');
    // Other bytes: no longer the representation that a strong tag stands for (RFC 9110, section 8.8.1).
    const etag = c.res.headers.get('etag');
    if (etag?.startsWith('"')) c.res.headers.set('etag', `W/${etag}`);
  } else if (begun !== undefined) {
    c.res = new Response(begun.body, c.res);
    if (bytes !== undefined) c.res.headers.set('content-length', String(bytes));
  }
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

type Begun = {
  /** The size of it all, where it is known by now. */
  readonly bytes: number | undefined;
  readonly body: ReadableStream<Uint8Array>;
};

/** Reads until it is known whether the body is worth it, or `toItsEnd`; gives it whole. */
async function begin(body: ReadableStream<Uint8Array>, toItsEnd: boolean): Promise<Begun> {
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  let ended = false;
  while (!ended && (toItsEnd || bytes < COMPRESSED_BYTES_MIN)) {
    const { done, value } = await reader.read();
    ended = done;
    if (value !== undefined) {
      chunks.push(value);
      bytes += value.length;
    }
  }
  const whole = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const chunk = chunks.shift() ?? (await reader.read()).value;
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return { bytes: ended ? bytes : undefined, body: whole };
}
