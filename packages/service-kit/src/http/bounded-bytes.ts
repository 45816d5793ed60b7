/** A body of a request or an answer, read whole and never beyond a bound. */

/** Undefined as soon as it is over `max` bytes, by its own word or by what arrives. */
export async function boundedBytes(
  { headers, body }: Pick<Request | Response, 'headers' | 'body'>,
  max: number,
): Promise<Buffer | undefined> {
  if (Number(headers.get('content-length') ?? 0) > max) return undefined;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > max) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
