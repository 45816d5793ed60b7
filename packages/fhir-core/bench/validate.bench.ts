/**
 * What validation costs beside parsing, over the corpus of real events: `node bench/validate.bench.ts` prints one
 * JSON line. Both are measured in the same run, in alternating rounds, and the median round counts.
 */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { validateAuditEvent } from '../src/validate/audit-event.ts';

/** Rounds of each kind; the first third warms up and is not counted. */
const ROUNDS = 15;
const CORPUS_PASSES_PER_ROUND = 200;

const corpus = new URL('../fixtures/corpus.ndjson', import.meta.url);
const lines = readFileSync(corpus, 'utf8').split('\n').filter(Boolean);
const events: unknown[] = lines.map((line) => JSON.parse(line));
const refusable = events.map((event) => ({ ...(event as object), recorded: 'yesterday' }));

const rounds = { parse: [] as number[], validate: [] as number[], diagnose: [] as number[] };
let found = 0;
for (let round = 0; round < ROUNDS; round += 1) {
  rounds.parse.push(eventsPerSecond(lines, (line) => JSON.parse(line)));
  rounds.validate.push(eventsPerSecond(events, (event) => (found += validateAuditEvent(event).length)));
  rounds.diagnose.push(eventsPerSecond(refusable, (event) => validateAuditEvent(event), 20));
}
if (found !== 0) throw new Error('the corpus must be valid');

const [parse, validate, diagnose] = [median(rounds.parse), median(rounds.validate), median(rounds.diagnose)];
process.stdout.write(
  `${JSON.stringify({
    benchmark: 'validate',
    events: events.length,
    bytesPerEvent: Math.round(lines.join('').length / lines.length),
    parsePerSecond: parse,
    validatePerSecond: validate,
    validateToParse: Number((validate / parse).toFixed(2)),
    diagnosePerSecond: diagnose,
    node: process.version,
    cpu: cpus()[0]?.model,
    rounds,
  })}\n`,
);

function eventsPerSecond<T>(
  items: readonly T[],
  work: (item: T) => unknown,
  passes = CORPUS_PASSES_PER_ROUND,
): number {
  const start = performance.now();
  for (let pass = 0; pass < passes; pass += 1) for (const item of items) work(item);
  return Math.round((items.length * passes * 1000) / (performance.now() - start));
}

function median(values: readonly number[]): number {
  const counted = values.slice(Math.floor(ROUNDS / 3)).toSorted((a, b) => a - b);
  return counted[Math.floor(counted.length / 2)] ?? 0;
}
