/** JSON from an issuer: bounded in time and size, and from the place that was named: a redirect is no answer. */
import { boundedBytes } from '../http/bounded-bytes.ts';

/** Bytes: the documents of issuers have some 10 KB. */
const JSON_BYTES_MAX = 1024 * 1024;

/** The object at `url`, or undefined for a 404. Rejects with whatever else is in the way. */
export async function fetchJson(
  url: string,
  signal: AbortSignal,
): Promise<Record<string, unknown> | undefined> {
  const response = await fetch(url, { redirect: 'error', signal, headers: { accept: 'application/json' } });
  if (!response.ok) {
    await response.body?.cancel();
    if (response.status === 404) return undefined;
    throw new IssuerError(`issuer-answers-${response.status}`);
  }
  const bytes = await boundedBytes(response, JSON_BYTES_MAX);
  if (bytes === undefined) {
    await response.body?.cancel();
    throw new IssuerError('issuer-answers-too-much');
  }
  const parsed: unknown = JSON.parse(bytes.toString('utf8'));
  if (!isObject(parsed)) throw new IssuerError('issuer-answers-no-object');
  return parsed;
}

/** An issuer that does not answer as one. */
export class IssuerError extends Error {
  override readonly name = 'IssuerError';
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
