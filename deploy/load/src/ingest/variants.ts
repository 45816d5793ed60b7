/** What is measured in a round: the gateway, and the parts that it is compared with. One variant is one process. */

import { startEcho } from './echo.ts';
import { measureParse, measureProducer } from './floor.ts';
import { type GatewayBench, withGateway } from './gateway.ts';
import { APPLICATION, BUNDLES, eventsARequest, type Kind, SINGLE } from './kinds.ts';
import { microsAnEvent, ratesOf, runLoad } from './load.ts';
import type { PerfTest } from './perf-test.ts';

/** Of the maximum rate, for latencies of a gateway that is not full. */
export const LATENCY_SHARE = 0.6;

const PERF_TEST_RECORDS = 300_000;

export type IngestBench = GatewayBench & {
  /** Where the parts write that are compared with. */
  readonly floorTopic: string;
  readonly perfTest: PerfTest;
  readonly seed: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
};

export type Figures = Readonly<Record<string, number>>;
export type Variant = { readonly name: string; readonly measure: (bench: IngestBench) => Promise<Figures> };

export const ECHO = 'echo, single';
export const PERF_TEST = "Kafka's perf test";
export const gatewayName = ({ name }: Kind): string => `gateway, ${name}`;
export const producerName = ({ name }: Kind): string => `bare producer, ${name}`;
export const parseName = ({ name }: Kind): string => `JSON.parse, ${name}`;

export const VARIANTS: readonly Variant[] = [
  { name: ECHO, measure: echo },
  { name: producerName(SINGLE), measure: (bench) => producer(bench, SINGLE) },
  { name: gatewayName(SINGLE), measure: single },
  { name: gatewayName(APPLICATION), measure: (bench) => loaded(bench, APPLICATION) },
  ...BUNDLES.flatMap((kind): Variant[] => [
    {
      name: parseName(kind),
      measure: ({ seed, seconds, stop }) => measureParse({ kind, seed, seconds }, stop),
    },
    { name: producerName(kind), measure: (bench) => producer(bench, kind) },
    { name: gatewayName(kind), measure: (bench) => loaded(bench, kind) },
  ]),
  {
    name: PERF_TEST,
    measure: async ({ perfTest, stop }) => ({ perSecond: await perfTest(PERF_TEST_RECORDS, stop) }),
  },
];

async function echo(bench: IngestBench): Promise<Figures> {
  await using server = await startEcho();
  const { seed, seconds, warmUpSeconds, stop } = bench;
  const task = { url: server.url.href, kind: SINGLE, seed, seconds, warmUpSeconds };
  const load = await runLoad(task, [server.pid], stop);
  return { ...ratesOf(load, seconds), cpuMicros: microsAnEvent(load, 0) };
}

/** As many messages a send as there are events on their way to the gateway. */
function producer({ kafka, floorTopic, seed, seconds, stop }: IngestBench, kind: Kind): Promise<Figures> {
  const messagesASend = eventsARequest(kind) * kind.connections;
  return measureProducer({ brokers: kafka.brokers, topic: floorTopic, seed, messagesASend, seconds }, stop);
}

function single(bench: IngestBench): Promise<Figures> {
  const { seed, seconds, warmUpSeconds } = bench;
  return withGateway(bench, async (measure) => {
    const full = await measure({ kind: SINGLE, seed, seconds, warmUpSeconds });
    const perSecond = full.requestsPerSecond * LATENCY_SHARE;
    const calm = await measure({ kind: SINGLE, seed: seed + 1, seconds, warmUpSeconds, perSecond });
    return { ...full, calmPerSecond: calm.requestsPerSecond, calmP50Ms: calm.p50Ms, calmP99Ms: calm.p99Ms };
  });
}

function loaded(bench: IngestBench, kind: Kind): Promise<Figures> {
  const { seed, seconds, warmUpSeconds } = bench;
  return withGateway(bench, (measure) => measure({ kind, seed, seconds, warmUpSeconds }));
}
