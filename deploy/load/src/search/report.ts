/** The figures of a run, as a table for people, and what they come to. */
import { quantile, type Score, toThreeDigits } from '../results/measurement.ts';
import { markdownTable } from '../results/table.ts';
import type { Measured } from './measure.ts';
import { PATIENT_NEWEST } from './questions.ts';

/** The target at the median: 1.3 times the bare query and 3 ms. */
const BARE_TIMES = 1.3;
const OVER_MS_MAX = 3;
/** The target of PATIENT_NEWEST. */
const P99_MS_MAX = 50;

export type Row = {
  readonly name: string;
  readonly rounds: number;
  readonly queryP50Ms: number;
  readonly queryP99Ms: number;
  readonly bareP50Ms: number;
  readonly bareP99Ms: number;
  readonly ratio: number;
  /** query − 1.3 × bare, at the median. */
  readonly overMs: number;
  readonly withinTarget: boolean;
  readonly frontDoorP50Ms?: number;
  readonly frontDoorP99Ms?: number;
};

export function rowOf({ name, query, bare }: Measured, frontDoor: readonly number[] | undefined): Row {
  const queryP50 = quantile(query, 0.5);
  const bareP50 = quantile(bare, 0.5);
  const over = queryP50 - BARE_TIMES * bareP50;
  const queryP99Ms = rounded(quantile(query, 0.99));
  return {
    name,
    rounds: query.length,
    queryP50Ms: rounded(queryP50),
    queryP99Ms,
    bareP50Ms: rounded(bareP50),
    bareP99Ms: rounded(quantile(bare, 0.99)),
    ratio: rounded(queryP50 / bareP50),
    overMs: rounded(over),
    withinTarget: over <= OVER_MS_MAX && (name !== PATIENT_NEWEST.name || queryP99Ms < P99_MS_MAX),
    ...(frontDoor !== undefined && {
      frontDoorP50Ms: rounded(quantile(frontDoor, 0.5)),
      frontDoorP99Ms: rounded(quantile(frontDoor, 0.99)),
    }),
  };
}

export function tableOf(rows: readonly Row[]): string {
  const withFrontDoor = rows.some(({ frontDoorP50Ms }) => frontDoorP50Ms !== undefined);
  const head = [
    'milliseconds',
    'query p50',
    'p99',
    'bare p50',
    'p99',
    'ratio',
    'query − 1.3 × bare',
    'target',
  ];
  if (withFrontDoor) head.push('front door p50', 'p99');
  const lines = rows.map((row) => [
    row.name,
    row.queryP50Ms,
    row.queryP99Ms,
    row.bareP50Ms,
    row.bareP99Ms,
    row.ratio,
    row.overMs,
    row.withinTarget ? 'met' : 'missed',
    ...(withFrontDoor ? [row.frontDoorP50Ms, row.frontDoorP99Ms] : []),
  ]);
  return markdownTable(head, lines);
}

/** One for all searches: the worst of them, beside what it may take. */
export function scoresOf(rows: readonly Row[]): Score[] {
  const worst = Math.max(...rows.map((row) => row.queryP50Ms / (BARE_TIMES * row.bareP50Ms + OVER_MS_MAX)));
  const name = `search: p50, to ${BARE_TIMES} of the bare query and ${OVER_MS_MAX} ms, the worst of all`;
  const newest = rows.find((row) => row.name === PATIENT_NEWEST.name);
  return [
    { name, value: toThreeDigits(worst), better: 'lower', target: 1 },
    ...(newest === undefined
      ? []
      : [
          {
            name: `search: p99 ms of ${newest.name}`,
            value: newest.queryP99Ms,
            better: 'lower',
            target: P99_MS_MAX,
            absolute: true,
          } as const,
        ]),
  ];
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
