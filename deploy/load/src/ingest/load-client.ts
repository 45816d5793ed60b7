/**
 * The load, a process of its own. Reads a LoadTask; says `started` and `ended` around what is counted, so that CPU can be
 * read at both; then writes a LoadResult. Any answer that takes nothing ends it. Keep-alive connections, one request at a time each.
 */
import { json } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { Pool } from 'undici';
import { type RequestBody, requestBodies, requestBody } from '../generated.ts';
import { quantile } from '../results/measurement.ts';
import { keepUp } from './keep-up.ts';
import type { LoadResult, LoadTask } from './load.ts';
import { RequestHandler } from './request-handler.ts';

const { url, kind, seed, seconds, warmUpSeconds, perSecond, behind } = (await json(
  process.stdin,
)) as LoadTask;
const bodies = requestBodies(seed, kind);
const pool = new Pool(url, { connections: kind.connections, pipelining: 1 });

const startAt = performance.now();
const countFrom = startAt + warmUpSeconds * 1000;
const endAt = countFrom + seconds * 1000;
const latencies: number[] = [];
const ids: string[] = [];
let sent = 0;
let counted = 0;

function nextBody(): RequestBody {
  const n = sent++;
  return bodies.length === 0 ? requestBody(seed, kind, n, Date.now()) : bodies[n % bodies.length]!;
}

/** Latency counts from when the request was due. */
async function request(dueAt: number): Promise<void> {
  const { path, contentType, body, events } = nextBody();
  const handler = new RequestHandler(kind.door);
  pool.dispatch({ method: 'POST', path, headers: { 'content-type': contentType }, body }, handler);
  await handler.answered;
  const now = performance.now();
  if (now >= countFrom && now < endAt) {
    counted += events;
    latencies.push(now - dueAt);
  }
  for (const id of handler.ids()) ids.push(id);
}

/** As fast as it is answered, and no faster than the index keeps up with where that is asked. */
async function closedLoop(): Promise<void> {
  for (let now = startAt; now < endAt; now = performance.now()) {
    await keptUp?.room(ids.length);
    await request(performance.now());
  }
}

/** At a rate of its own, however fast it is answered: a stall is in every latency that it causes. */
async function openLoop(rate: number): Promise<void> {
  const onTheWay = new Set<Promise<void>>();
  let due = 0;
  for (let now = startAt; now < endAt; now = performance.now()) {
    for (; startAt + (due * 1000) / rate <= now; due++) {
      const one: Promise<void> = request(startAt + (due * 1000) / rate).finally(() => onTheWay.delete(one));
      onTheWay.add(one);
    }
    await wait(1);
  }
  await Promise.all(onTheWay);
}

setTimeout(() => process.stdout.write('started\n'), warmUpSeconds * 1000);
setTimeout(() => process.stdout.write('ended\n'), (warmUpSeconds + seconds) * 1000);
using keptUp = behind === undefined ? undefined : keepUp(behind);
if (perSecond === undefined) await Promise.all(Array.from({ length: kind.connections }, closedLoop));
else await openLoop(perSecond);
// The end of what is counted is said before what was found.
await wait(Math.max(0, endAt - performance.now() + 50));
await pool.close();
latencies.sort((a, b) => a - b);
const result: LoadResult = {
  requests: latencies.length,
  events: counted,
  p50Ms: quantile(latencies, 0.5),
  p99Ms: quantile(latencies, 0.99),
  ids,
};
process.stdout.write(`${JSON.stringify(result)}\n`);
