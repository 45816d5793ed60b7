/**
 * What the projection, written as JSON, costs beside parsing, over the corpus of real events: `node bench/project-event.bench.ts` prints
 * one JSON line. Both are measured in the same run, in alternating rounds, and the median round counts.
 */
import { cpus } from 'node:os';
import type { AuditEvent } from '../src/schema/audit-event.ts';
import { projectedMembers } from '../src/search/project.ts';
import { corpusLines, median, perSecond, ROUNDS } from './rounds.ts';

const lines = corpusLines();
const events = lines.map((text) => ({ text, event: JSON.parse(text) as AuditEvent }));
const about = { sender: 'anonymous', senderValues: {} };
const projections = events.map(({ text, event }) => projectedMembers(event, { ...about, text }).join(''));

const rounds = { parse: [] as number[], project: [] as number[] };
for (let round = 0; round < ROUNDS; round += 1) {
  rounds.parse.push(perSecond(lines, (line) => JSON.parse(line)));
  rounds.project.push(
    perSecond(events, ({ text, event }) => projectedMembers(event, { ...about, text }), 20),
  );
}

const [parse, project] = [median(rounds.parse), median(rounds.project)];
process.stdout.write(
  `${JSON.stringify({
    benchmark: 'project-event',
    events: events.length,
    bytesPerEvent: Math.round(lines.join('').length / lines.length),
    bytesPerProjection: Math.round(projections.join('').length / events.length),
    parsePerSecond: parse,
    projectPerSecond: project,
    projectToParse: Number((project / parse).toFixed(3)),
    node: process.version,
    cpu: cpus()[0]?.model,
    rounds,
  })}\n`,
);
