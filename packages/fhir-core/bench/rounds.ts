/** Benchmarks over the corpus of real events: rounds in turn, so that a busy machine slows all kinds alike. */
import { readFileSync } from 'node:fs';

/** Rounds of each kind; the first third warms up and is not counted. */
export const ROUNDS = 15;
const CORPUS_PASSES_PER_ROUND = 200;

export function corpusLines(): string[] {
  const corpus = new URL('../fixtures/corpus.ndjson', import.meta.url);
  return readFileSync(corpus, 'utf8').split('\n').filter(Boolean);
}

/** How many of `items` a second `work` does, over so many passes. */
export function perSecond<T>(
  items: readonly T[],
  work: (item: T) => unknown,
  passes = CORPUS_PASSES_PER_ROUND,
): number {
  const start = performance.now();
  for (let pass = 0; pass < passes; pass += 1) for (const item of items) work(item);
  return Math.round((items.length * passes * 1000) / (performance.now() - start));
}

/** The median of the rounds that count. */
export function median(values: readonly number[]): number {
  const counted = values.slice(Math.floor(values.length / 3)).toSorted((a, b) => a - b);
  return counted[Math.floor(counted.length / 2)] ?? 0;
}
