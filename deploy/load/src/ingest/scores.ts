/** What the rounds come to: the gateway beside the floor that HTTP, JSON and Kafka set, each ratio that of one round. */
import { medianOf, type Score } from '../results/measurement.ts';
import { markdownTable } from '../results/table.ts';
import { APPLICATION, BUNDLES, SINGLE } from './kinds.ts';
import {
  ECHO,
  type Figures,
  gatewayName,
  LATENCY_SHARE,
  PERF_TEST,
  parseName,
  producerName,
} from './variants.ts';

/** By the name of the variant. */
export type Round = ReadonlyMap<string, Figures>;

const SINGLE_CPU_MAX = 1.3;
const SINGLE_RATE_MIN = 0.6;
const SINGLE_P99_MS_MAX = 50;
const BUNDLE_CPU_MAX = 1.5;

export function scoresOf(rounds: readonly Round[]): Score[] {
  const median = (of: (figure: (variant: string, name: string) => number) => number): number =>
    medianOf(rounds, (round) => of((variant, name) => round.get(variant)?.[name] ?? Number.NaN));
  const own = gatewayName(SINGLE);
  return [
    {
      name: 'single: CPU a request, to echo and bare producer',
      value: median(
        (of) => of(own, 'cpuMicros') / (of(ECHO, 'cpuMicros') + of(producerName(SINGLE), 'cpuMicros')),
      ),
      better: 'lower',
      target: SINGLE_CPU_MAX,
    },
    {
      name: "single: rate, to the echo's",
      value: median((of) => of(own, 'requestsPerSecond') / of(ECHO, 'requestsPerSecond')),
      better: 'higher',
      target: SINGLE_RATE_MIN,
    },
    {
      name: `single: p99 ms at ${LATENCY_SHARE} of the maximum`,
      value: median((of) => of(own, 'calmP99Ms')),
      better: 'lower',
      target: SINGLE_P99_MS_MAX,
      absolute: true,
    },
    {
      name: "single of an application: rate, to FHIR's",
      value: median((of) => of(gatewayName(APPLICATION), 'requestsPerSecond') / of(own, 'requestsPerSecond')),
      better: 'higher',
    },
    ...BUNDLES.flatMap((kind): Score[] => [
      {
        name: `${kind.name}: CPU an event, to JSON.parse and bare producer`,
        value: median(
          (of) =>
            of(gatewayName(kind), 'cpuMicros') /
            (of(parseName(kind), 'cpuMicros') + of(producerName(kind), 'cpuMicros')),
        ),
        better: 'lower',
        target: BUNDLE_CPU_MAX,
      },
      {
        name: `${kind.name}: events a second, to Kafka's perf test`,
        value: median((of) => of(gatewayName(kind), 'eventsPerSecond') / of(PERF_TEST, 'perSecond')),
        better: 'higher',
      },
    ]),
  ];
}

/** Medians of the raw figures, for people. */
export function figuresTable(rounds: readonly Round[]): string {
  const names = [...(rounds[0]?.keys() ?? [])].sort();
  const head = ['variant', 'events/s', 'CPU µs an event', "Kafka's CPU µs", 'p50 ms', 'p99 ms'];
  const rows = names.map((name) => {
    const of = (figure: string): string => {
      const value = medianOf(rounds, (round) => round.get(name)?.[figure] ?? Number.NaN);
      return Number.isNaN(value) ? '' : String(value);
    };
    const rate = of('eventsPerSecond') || of('perSecond');
    const cells = [name, rate, of('cpuMicros'), of('kafkaMicros'), of('p50Ms'), of('p99Ms')];
    return cells.map((cell) => (cell === '0' ? '' : cell));
  });
  return markdownTable(head, rows);
}
