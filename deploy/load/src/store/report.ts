/** The sizes of a run, as tables for people, and what was aimed at. */
import type { Score } from '../results/measurement.ts';
import type { Cost } from './features.ts';

/** Bytes of an event of 1 KB in store; the nearest rival's draft claims 350. */
const BYTES_MAX = 450;
/** The index beside one of the verbatim string alone. */
const VERBATIM_RATIO_MAX = 2.1;

/** Bytes an event. */
export type Sizes = {
  readonly raw: number;
  readonly gzip: number;
  readonly verbatim: number;
  readonly index: number;
};

export function tablesOf({ raw, gzip, verbatim, index }: Sizes, costs: readonly Cost[]): string {
  const sizes = [
    ['bytes an event', '', 'of the raw', 'of the verbatim index'],
    ['NDJSON', raw],
    ['the same gzipped (level 6)', gzip],
    ['an index with the verbatim string alone', verbatim],
    ['the index', index],
  ].map((cells) =>
    typeof cells[1] === 'number' ? [...cells, ratio(cells[1], raw), ratio(cells[1], verbatim)] : cells,
  );
  const features = [
    ['of the index, bytes an event', '', 'inverted', 'doc values', 'points', 'stored'],
    ...costs
      .filter(({ bytes }) => bytes > 0)
      .map((cost) => [cost.name, cost.bytes, cost.inverted, cost.docValues, cost.points, cost.stored]),
  ];
  return `${table(sizes)}\n\n${table(features)}`;
}

export function scoresOf({ verbatim, index }: Sizes): Score[] {
  const score = (name: string, value: number, target: number): Score => ({
    ...{ name, value, target },
    better: 'lower',
  });
  return [
    score('bytes an event in store, merged', index, BYTES_MAX),
    score('the index to one of the verbatim string alone', ratio(index, verbatim), VERBATIM_RATIO_MAX),
  ];
}

function table([head = [], ...rows]: readonly (readonly (string | number)[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function ratio(value: number, to: number): number {
  return Math.round((value / to) * 100) / 100;
}
