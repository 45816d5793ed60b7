/**
 * What the checks of parseJson cost beside JSON.parse alone: `node bench/parse-json.bench.ts` prints one JSON line. The
 * same for events with a number that must be kept as written, which are parsed twice.
 */
import { cpus } from 'node:os';
import { parseJson } from '../src/record/parse-json.ts';
import { corpusLines, median, perSecond, ROUNDS } from './rounds.ts';

const lines = corpusLines();
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });
const bodies = lines.map((line) => encoder.encode(line));
const delicate = lines.map((line) =>
  encoder.encode(line.replace(/}$/, ',"extension":[{"valueDecimal":1.10}]}')),
);
const limits = { levelsMax: 64 };

const rounds = { parse: [] as number[], parseJson: [] as number[], delicate: [] as number[] };
for (let round = 0; round < ROUNDS; round += 1) {
  rounds.parse.push(perSecond(bodies, (body) => JSON.parse(decoder.decode(body))));
  rounds.parseJson.push(perSecond(bodies, (body) => exactOf(body)));
  rounds.delicate.push(perSecond(delicate, (body) => exactOf(body), 20));
}

const [parse, checked] = [median(rounds.parse), median(rounds.parseJson)];
process.stdout.write(
  `${JSON.stringify({
    benchmark: 'parse-json',
    events: lines.length,
    bytesPerEvent: Math.round(lines.join('').length / lines.length),
    parsePerSecond: parse,
    parseJsonPerSecond: checked,
    parseJsonToParse: Number((checked / parse).toFixed(2)),
    delicatePerSecond: median(rounds.delicate),
    node: process.version,
    cpu: cpus()[0]?.model,
    rounds,
  })}\n`,
);

function exactOf(body: Uint8Array): unknown {
  const parsed = parseJson(body, limits);
  return parsed.kind === 'parsed' ? parsed.exact : undefined;
}
