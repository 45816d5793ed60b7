/**
 * What is stored beside what is expected. Nearly always the two are the same text, and then the answer is not even parsed:
 * what the indexer sent comes back byte for byte, so it is looked for where it has to be. Where anything is in another way,
 * all of the answer is read as what it is.
 */
import type { Readable } from 'node:stream';
import { text as streamText } from 'node:stream/consumers';
import { ElasticError } from '@auditbox/indexer/elastic/errors';
import type { Client } from '@elastic/elasticsearch';
import {
  type DocumentKey,
  documentsOf,
  type MgetAnswer,
  type StoredDocument,
  translated,
} from './stored-documents.ts';
import { tryingAgain } from './try-again.ts';

export type Expected = DocumentKey & { readonly source: string };

const ERROR_STATUS_MIN = 400;

/**
 * In their order: `equal` to the text, what is stored in its place, or undefined where there is none.
 * @throws ElasticError also where an answer is cut off, or is none
 */
export async function fetchBeside(
  client: Client,
  expected: readonly Expected[],
  signal?: AbortSignal,
): Promise<('equal' | StoredDocument | undefined)[]> {
  if (expected.length === 0) return [];
  return tryingAgain(async () => {
    const text = await ask(client, expected, signal);
    if (areAllEqual(text, expected)) return expected.map(() => 'equal');
    return documentsOf(parsed(text), expected.length);
  }, signal);
}

async function ask(client: Client, expected: readonly Expected[], signal?: AbortSignal): Promise<string> {
  const docs = expected.map(({ index, id }) => ({ _index: index, _id: id }));
  const { statusCode, body } = await translated(() =>
    client.transport.request<Readable>(
      { method: 'POST', path: '/_mget', body: { docs } },
      { asStream: true, meta: true, ...(signal && { signal }) },
    ),
  );
  // Of what is asked for as a stream the client does not look at the status.
  if (statusCode >= ERROR_STATUS_MIN) {
    body.on('error', () => {}).destroy();
    throw new ElasticError(statusCode);
  }
  try {
    return await streamText(body);
  } catch {
    throw new ElasticError(undefined);
  }
}

/** What is no JSON is no answer. The parser's own error quotes it, and is let go. */
function parsed(text: string): MgetAnswer {
  try {
    const answer: MgetAnswer = JSON.parse(text);
    if (Array.isArray(answer?.docs)) return answer;
  } catch {}
  throw new ElasticError(undefined);
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
