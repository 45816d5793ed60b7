import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '@elastic/elasticsearch';
import { expect, it, onTestFinished } from 'vitest';
import { areAllEqual, type Expected, fetchBeside } from './fetch-beside.ts';

const expected: readonly Expected[] = [
  expectedOf('i-v6-2026.01', 'a', '{"event":"{\\"x\\":\\"},{\\"}","bytes":1'),
  expectedOf('i-v6-2026.02', 'b', '{"event":"ß","bytes":2'),
];
function expectedOf(index: string, id: string, text: string): Expected {
  return {
    index,
    id,
    source: Buffer.from(`${text},"projected":"0123456789a${id}","present":[]}`),
    keptBytes: Buffer.byteLength(text),
  };
}
const doc = ({ index, id, source, keptBytes }: Expected) =>
  `{"_index":"${index}","_id":"${id}","_version":1,"_seq_no":12,"_primary_term":3,"found":true,"_source":${source.toString('utf8', 0, keptBytes)}},"fields":{"projected":["0123456789a${id}"]}}`;
const answer = (...docs: readonly Expected[]) => `{"docs":[${docs.map(doc).join(',')}]}`;
const [first, second] = expected as [Expected, Expected];

it('sees that an answer is what is expected', () => {
  expect(areAllEqual(answer(first, second), expected)).toBe(true);
  expect(JSON.parse(answer(first, second)).docs).toHaveLength(2);
});

it.each([
  ['one is missing', answer(first)],
  ['one more', answer(first, second, second)],
  ['another order', answer(second, first)],
  ['another index', answer({ ...first, index: 'i-v6-2026.03' }, second)],
  ['another id', answer({ ...first, id: 'c' }, second)],
  ['another source', answer(first, second).replace('"bytes":2', '"bytes":3')],
  ['a longer source', answer(first, second).replace('"bytes":2', '"bytes":2,"more":1')],
  ['another projection', answer(first, second).replace('"0123456789ab"', '"0123456789ac"')],
  ['no projection', answer(first, second).replace(',"fields":{"projected":["0123456789ab"]}', '')],
  ['a field beside it', answer(first, second).replace('9ab"]', '9ab"],"more":[1]')],
  ['not found', answer(first, second).replace('"found":true', '"found":false')],
  ['something after it', `${answer(first, second)} `],
  ['nothing', ''],
])('sees that it is not: %s', (_why, text) => {
  expect(areAllEqual(text, expected)).toBe(false);
});

type Answer = (response: ServerResponse) => void;

/** Whoever answers in Elasticsearch's place, as it and what is before it do on a bad day; the last answer stays. */
async function answering(...answers: readonly Answer[]) {
  let asked = 0;
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader('x-elastic-product', 'Elasticsearch');
    response.setHeader('content-type', 'application/json');
    answers[Math.min(asked++, answers.length - 1)]?.(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = new Client({ node: `http://127.0.0.1:${port}`, maxRetries: 0 });
  onTestFinished(async () => {
    await client.close();
    server.closeAllConnections();
    server.close();
  });
  return { client, asked: () => asked };
}

const status =
  (code: number): Answer =>
  (response) => {
    response.statusCode = code;
    response.end('{"error":{"reason":"a secret"}}');
  };
const whole: Answer = (response) => response.end(answer(first, second));
const cutOff: Answer = (response) => {
  response.setHeader('content-length', 1_000);
  response.write('{"docs":[{"secret', () => response.destroy());
};
const noJson: Answer = (response) => response.end('{"docs":[secret');
const another: Answer = (response) => response.end('{"secret":1}');

it('asks again after what passes: busy, cut off, no JSON', async () => {
  const { client, asked } = await answering(status(429), cutOff, noJson, whole);
  expect(await fetchBeside(client, expected)).toEqual(['equal', 'equal']);
  expect(asked()).toBe(4);
});

it.each([
  ['busy', status(429), 'elasticsearch-429', 4],
  ['no right', status(403), 'elasticsearch-403', 1],
  ['cut off', cutOff, 'elasticsearch-unreachable', 4],
  ['no JSON', noJson, 'elasticsearch-unreachable', 4],
  ['another answer', another, 'elasticsearch-unreachable', 4],
])('gives up with a code and nothing of the answer: %s', async (_why, given, code, times) => {
  const { client, asked } = await answering(given);
  const error: unknown = await fetchBeside(client, expected).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'ElasticError', code });
  expect(String((error as Error).stack)).not.toContain('secret');
  expect(asked()).toBe(times);
});
