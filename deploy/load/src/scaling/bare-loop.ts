/**
 * The limit: a process that reads bodies that were made before and sends them, some at a time, and does nothing else.
 * Started by `bare.ts`; reads a BareTask, writes a BareResult.
 */
import { open } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { json } from 'node:stream/consumers';
import type { BareResult, BareTask } from './bare.ts';
import type { Body } from './bodies.ts';

const CREATED = 201;

const { elasticUri, index, path, bodies, concurrently } = (await json(process.stdin)) as BareTask;
const { hostname, port } = new URL(elasticUri);
const agent = new Agent({ keepAlive: true, maxSockets: concurrently });
await using file = await open(path);

const before = process.cpuUsage();
const started = performance.now();
const left = bodies.values();
await Promise.all(Array.from({ length: concurrently }, sendInTurn));
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(before);
agent.destroy();
process.stdout.write(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6 } satisfies BareResult));

async function sendInTurn(): Promise<void> {
  for (const body of left) await send(body);
}

async function send({ offset, bytes, events }: Body): Promise<void> {
  const { buffer } = await file.read(Buffer.allocUnsafe(bytes), 0, bytes, offset);
  const answer = JSON.parse(await post(buffer)) as { items: { create: { status: number } }[] };
  const stored = answer.items.filter(({ create }) => create.status === CREATED).length;
  if (stored !== events) throw new Error(`bench: ${stored} of ${events} stored by the bare loop`);
}

function post(body: Buffer): Promise<string> {
  const path = `/${index}/_bulk?filter_path=items.*.status,items.*.error.type`;
  const headers = { 'content-type': 'application/x-ndjson', 'content-length': body.length };
  return new Promise((resolve, reject) => {
    const sent = request({ agent, hostname, port, path, method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString());
        else reject(new Error(`bench: a bulk was answered ${response.statusCode}`));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
