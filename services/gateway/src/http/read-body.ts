/** Reading a request body within its bound, counted while it streams; as UTF-8, exactly. */

export type Body = { readonly text: string } | { readonly refused: 'too-large' | 'not-utf-8' };

/** Reads at most `bytesMax` bytes. What is over it is not read. */
export async function readBody(request: Request, bytesMax: number): Promise<Body> {
  const declared = request.headers.get('content-length');
  if (declared !== null && Number(declared) > bytesMax) return { refused: 'too-large' };
  // Node holds a body to its declared length, so only one without needs counting.
  const bytes = declared === null ? await readCounted(request, bytesMax) : await request.arrayBuffer();
  if (bytes === undefined) return { refused: 'too-large' };
  try {
    // A byte-order mark is dropped (RFC 8259, section 8.1: a parser may ignore it).
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { refused: 'not-utf-8' };
  }
}

async function readCounted(request: Request, bytesMax: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
