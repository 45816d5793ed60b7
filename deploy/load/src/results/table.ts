/** Tables for people to read. */
import { isMet, type Score } from './measurement.ts';

/** Scores beside what was aimed at. */
export function tableOf(scores: readonly Score[]): string {
  const rows = scores.map((score) => {
    const { name, value, better, target } = score;
    const aim = target === undefined ? '' : `${better === 'higher' ? '≥' : '≤'} ${target}`;
    const met = isMet(score);
    return [name, String(value), aim, met === undefined ? '' : met ? 'met' : 'missed'];
  });
  return markdownTable(['what', 'measured', 'target', ''], rows);
}

export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly (string | number | undefined)[])[],
): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
