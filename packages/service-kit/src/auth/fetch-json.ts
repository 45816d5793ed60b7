/** JSON from an issuer: bounded in time and size, and from the place that was named: a redirect is no answer. */

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
    throw Object.assign(new Error('the issuer refuses'), { code: `issuer-answers-${response.status}` });
  }
  const parsed: unknown = JSON.parse(await boundedText(response));
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw Object.assign(new Error('no JSON object'), { code: 'issuer-answers-no-object' });
  return parsed as Record<string, unknown>;
}

async function boundedText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > JSON_BYTES_MAX)
      throw Object.assign(new Error('too large'), { code: 'issuer-answers-too-much' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
