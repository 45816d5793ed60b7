/**
 * What is stored beside what is expected. Nearly always the two are the same text, and then the answer is not even parsed:
 * what the indexer sent comes back byte for byte, so it is looked for where it has to be. Where anything is in another way,
 * all of the answer is read as what it is.
 */
import type { EventDocument } from '@auditbox/indexer/to-document';
import type { Client } from '@elastic/elasticsearch';
import {
  type DocumentKey,
  documentsOf,
  type MgetAnswer,
  type StoredDocument,
  translated,
} from './stored-documents.ts';

export type Expected = DocumentKey & Pick<EventDocument, 'source'>;

/** In their order: `equal` to the text, what is stored in its place, or undefined where there is none. */
export async function fetchBeside(
  client: Client,
  expected: readonly Expected[],
  signal?: AbortSignal,
): Promise<('equal' | StoredDocument | undefined)[]> {
  if (expected.length === 0) return [];
  const docs = expected.map(({ index, id }) => ({ _index: index, _id: id }));
  const text = await translated(async () => {
    const answer = await client.transport.request<AsyncIterable<Buffer>>(
      { method: 'POST', path: '/_mget', body: { docs } },
      { asStream: true, ...(signal && { signal }) },
    );
    return textOf(answer);
  });
  if (areAllEqual(text, expected)) return expected.map(() => 'equal');
  return documentsOf(JSON.parse(text) as MgetAnswer, expected.length);
}

const BEGINNING = '{"docs":[';
const FOUND =
  /\{"_index":"([^"\\]+)","_id":"([^"\\]+)","_version":\d+,"_seq_no":\d+,"_primary_term":\d+,"found":true,"_source":/y;

/** Whether an answer of _mget has each of these texts as the source of its document, and nothing else in between. */
export function areAllEqual(text: string, expected: readonly Expected[]): boolean {
  if (!text.startsWith(BEGINNING)) return false;
  let at = BEGINNING.length;
  for (const [i, { index, id, source }] of expected.entries()) {
    FOUND.lastIndex = at;
    const [, foundIndex, foundId] = FOUND.exec(text) ?? [];
    if (foundIndex !== index || foundId !== id) return false;
    const begin = FOUND.lastIndex;
    const end = i === expected.length - 1 ? '}]}' : '},';
    if (!text.startsWith(source, begin) || !text.startsWith(end, begin + source.length)) return false;
    at = begin + source.length + end.length;
  }
  return at === text.length;
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
