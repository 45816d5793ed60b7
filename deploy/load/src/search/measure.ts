/** Rounds of one task: query, then Elasticsearch, or the other way round, one request at a time. */
import type { JsonClient, JsonRequest } from './json-client.ts';
import type { Random } from './random.ts';
import type { Tasks } from './tasks.ts';

/** Milliseconds of each round, in order of size. */
export type Measured = {
  readonly name: string;
  readonly query: readonly number[];
  readonly bare: readonly number[];
};

export type Rounds = {
  readonly rounds: number;
  readonly warmUp: number;
  readonly random: Random;
  readonly stop: AbortSignal;
};

export async function measure(
  { name, task }: Tasks,
  query: JsonClient,
  elastic: JsonClient,
  { rounds, warmUp, random, stop }: Rounds,
): Promise<Measured> {
  const ms = { query: [] as number[], bare: [] as number[] };
  for (let round = -warmUp; round < rounds; round++) {
    stop.throwIfAborted();
    const asked = task(random);
    const first = round % 2 === 0 ? await timed(query, asked.query) : undefined;
    const bare = await timed(elastic, asked.bare);
    const own = first ?? (await timed(query, asked.query));
    asked.check(own.answer, bare.answer);
    if (round < 0) continue;
    ms.query.push(own.ms);
    ms.bare.push(bare.ms);
  }
  return { name, query: ms.query.sort((a, b) => a - b), bare: ms.bare.sort((a, b) => a - b) };
}

/** Of one side alone. */
export async function measureAlone(
  { task }: Tasks,
  client: JsonClient,
  { rounds, warmUp, random, stop }: Rounds,
): Promise<readonly number[]> {
  const ms: number[] = [];
  for (let round = -warmUp; round < rounds; round++) {
    stop.throwIfAborted();
    const answered = await timed(client, task(random).query);
    if (round >= 0) ms.push(answered.ms);
  }
  return ms.sort((a, b) => a - b);
}

async function timed(client: JsonClient, asked: JsonRequest): Promise<{ ms: number; answer: unknown }> {
  const started = performance.now();
  const answer = await client.ask(asked);
  return { ms: performance.now() - started, answer };
}
