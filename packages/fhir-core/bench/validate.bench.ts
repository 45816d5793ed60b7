/**
 * What validation costs beside parsing, over the corpus of real events: `node bench/validate.bench.ts` prints one
 * JSON line. Both are measured in the same run, in alternating rounds, and the median round counts.
 */
import { cpus } from 'node:os';
import { validateAuditEvent } from '../src/validate/audit-event.ts';
import { corpusLines, median, perSecond, ROUNDS } from './rounds.ts';

const lines = corpusLines();
const events: unknown[] = lines.map((line) => JSON.parse(line));
const refusable = events.map((event) => ({ ...(event as object), recorded: 'yesterday' }));

const rounds = { parse: [] as number[], validate: [] as number[], diagnose: [] as number[] };
let found = 0;
for (let round = 0; round < ROUNDS; round += 1) {
  rounds.parse.push(perSecond(lines, (line) => JSON.parse(line)));
  rounds.validate.push(perSecond(events, (event) => (found += validateAuditEvent(event).length)));
  rounds.diagnose.push(perSecond(refusable, (event) => validateAuditEvent(event), 20));
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
