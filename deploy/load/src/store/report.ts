/** The sizes of a run, as tables for people, and what was aimed at. */
import type { Score } from '../results/measurement.ts';
import { markdownTable } from '../results/table.ts';
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
  const row = (name: string, bytes: number) => [name, bytes, ratio(bytes, raw), ratio(bytes, verbatim)];
  const sizes = [
    row('NDJSON', raw),
    row('the same gzipped (level 6)', gzip),
    row('an index with the verbatim string alone', verbatim),
    row('the index', index),
  ];
  const features = costs
    .filter(({ bytes }) => bytes > 0)
    .map((cost) => [cost.name, cost.bytes, cost.inverted, cost.docValues, cost.points, cost.stored]);
  const sizesHead = ['bytes an event', '', 'of the raw', 'of the verbatim index'];
  const featuresHead = ['of the index, bytes an event', '', 'inverted', 'doc values', 'points', 'stored'];
  return `${markdownTable(sizesHead, sizes)}\n\n${markdownTable(featuresHead, features)}`;
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

function ratio(value: number, to: number): number {
  return Math.round((value / to) * 100) / 100;
}
