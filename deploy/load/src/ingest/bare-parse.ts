/** What JSON costs at least: `JSON.parse` of the bytes of requests, and nothing else. Reads a ParseTask, writes a BareResult. */
import { json } from 'node:stream/consumers';
import { requestBodies } from '../generated.ts';
import type { BareResult, ParseTask } from './floor.ts';

const { kind, seed, seconds } = (await json(process.stdin)) as ParseTask;
const bodies = requestBodies(seed, kind);

let parsed = 0;
let events = 0;
const parseFor = (ms: number): void => {
  for (const end = performance.now() + ms; performance.now() < end; parsed++) {
    const request = bodies[parsed % bodies.length]!;
    const value: unknown = JSON.parse(request.body.toString());
    if (typeof value !== 'object') throw new Error('no JSON object');
    events += request.events;
  }
};
parseFor(1000);
events = 0;
const before = process.cpuUsage();
const startedAt = performance.now();
parseFor(seconds * 1000);
const { user, system } = process.cpuUsage(before);
const ms = performance.now() - startedAt;
process.stdout.write(
  `${JSON.stringify({ cpuMicros: (user + system) / events, perSecond: (events / ms) * 1000 } satisfies BareResult)}\n`,
);
