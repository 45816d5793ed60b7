/** The figures of a run, as a table for people, and what was aimed at. */
import { median, type Score } from '../results/measurement.ts';
import { markdownTable } from '../results/table.ts';
import type { Measured } from './run-once.ts';

/** The indexer's CPU an event beside Elasticsearch's. */
const CPU_RATIO_MAX = 0.35;
/** One indexer's rate beside the bare loop's. */
const BARE_RATIO_MIN = 0.75;
/** Several beside one: not slower, but for what rounds of the same differ by. */
const REPLICAS_RATIO_MIN = 0.97;

/** One measurement of each kind, in whatever order: the bare loop is `0` indexers. */
export type Round = ReadonlyMap<number, Measured>;

export type Row = {
  readonly name: string;
  readonly perSecond: number;
  readonly toBare: number;
  readonly toOne: number;
  readonly ownMicros: number;
  readonly elasticMicros: number;
  readonly cpuRatio: number;
  readonly kafkaMicros: number;
  readonly eventsABulk: number;
  readonly bytesAnEvent: number;
};

/** Medians of the rounds; ratios are those of a round. */
export function rowsOf(rounds: readonly Round[]): Row[] {
  const kinds = [...(rounds[0]?.keys() ?? [])].sort((a, b) => a - b);
  const one = kinds.find((kind) => kind > 0) ?? 0;
  return kinds.map((kind) => {
    const over = (of: (own: Measured, round: Round) => number) =>
      median(rounds.map((round) => of(round.get(kind)!, round)));
    const rate = (round: Round, of: number) => round.get(of)!.perSecond;
    return {
      name: nameOf(kind),
      perSecond: over((own) => own.perSecond),
      toBare: rounded(over((own, round) => own.perSecond / rate(round, 0))),
      toOne: rounded(over((own, round) => own.perSecond / rate(round, one))),
      ownMicros: over((own) => own.ownMicros),
      elasticMicros: over((own) => own.elasticMicros),
      cpuRatio: rounded(over((own) => own.ownMicros / own.elasticMicros)),
      kafkaMicros: over((own) => own.kafkaMicros),
      eventsABulk: over((own) => own.eventsABulk),
      bytesAnEvent: over((own) => own.bytesAnEvent),
    };
  });
}

export function tableOf(rows: readonly Row[]): string {
  const head = [
    'medians of the rounds',
    'events/s',
    'to bare loop',
    'to one',
    'own CPU µs',
    "Elasticsearch's CPU µs",
    'ratio',
    "Kafka's CPU µs",
    'events a bulk',
    'bytes on disk',
  ];
  const lines = rows.map((row) => Object.values(row));
  return markdownTable(head, lines);
}

export function scoresOf(rows: readonly Row[]): Score[] {
  const [, one, ...more] = rows;
  if (one === undefined) return [];
  return [
    {
      name: "drain: the indexer's CPU an event, to Elasticsearch's",
      value: one.cpuRatio,
      better: 'lower',
      target: CPU_RATIO_MAX,
    },
    {
      name: `drain: ${one.name}, to the bare loop`,
      value: one.toBare,
      better: 'higher',
      target: BARE_RATIO_MIN,
    },
    ...more.map(
      ({ name, toOne }): Score => ({
        name: `drain: ${name}, to ${one.name}`,
        value: toOne,
        better: 'higher',
        target: REPLICAS_RATIO_MIN,
      }),
    ),
  ];
}

export function nameOf(kind: number): string {
  if (kind === 0) return 'bare loop';
  return kind === 1 ? '1 indexer' : `${kind} indexers`;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
