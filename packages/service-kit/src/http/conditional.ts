/**
 * Conditional reads (RFC 9110, section 13): whether a client has what it asks for already. `If-None-Match` decides where
 * it is given, by weak comparison; otherwise `If-Modified-Since`, to the second. What can't be read as what it should be
 * changes nothing: the answer is given whole.
 */

export type Validators = {
  /** With its quotes. */
  readonly etag: string;
  /** Milliseconds since 1970; NaN where it is not known. */
  readonly lastModifiedMs: number;
};

/** An entity tag and what may be between it and the next one; a tag has no escapes (RFC 9110, section 8.8.3). */
const ENTITY_TAG = /[\t ,]*(?:W\/)?("[\x21\x23-\x7e\x80-\xff]*")[\t ]*(?=,|$)/y;

/** The three forms of a date, of which two are obsolete and to be taken all the same (RFC 9110, section 5.6.7). */
const IMF_FIXDATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const RFC_850 = /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/;
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/** What `ETag` and `Last-Modified` say. */
export function validatorHeaders({ etag, lastModifiedMs }: Validators): Record<string, string> {
  if (Number.isNaN(lastModifiedMs)) return { etag };
  return { etag, 'last-modified': new Date(lastModifiedMs).toUTCString() };
}

/** The 304 to a GET or HEAD whose client has the representation; undefined where it is to be given. */
export function notModified(headers: Headers, validators: Validators): Response | undefined {
  const tags = headers.get('if-none-match');
  const has = tags === null ? isUnchangedSince(headers, validators) : isAmong(tags, validators);
  return has ? new Response(null, { status: 304, headers: validatorHeaders(validators) }) : undefined;
}

function isAmong(header: string, { etag }: Validators): boolean {
  const tags = header.trim();
  if (tags === '*') return true;
  const own = etag.replace(/^W\//, '');
  ENTITY_TAG.lastIndex = 0;
  for (let tag = ENTITY_TAG.exec(tags); tag !== null; tag = ENTITY_TAG.exec(tags))
    if (tag[1] === own) return true;
  return false;
}

function isUnchangedSince(headers: Headers, { lastModifiedMs }: Validators): boolean {
  const since = dateMs(headers.get('if-modified-since') ?? '');
  return since !== undefined && Math.floor(lastModifiedMs / 1000) * 1000 <= since;
}

function dateMs(text: string): number | undefined {
  const isZoned = IMF_FIXDATE.test(text) || RFC_850.test(text);
  if (!isZoned && !ASCTIME.test(text)) return undefined;
  const ms = Date.parse(isZoned ? text : `${text} GMT`);
  return Number.isNaN(ms) ? undefined : ms;
}
