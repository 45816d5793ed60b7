/** Scores for people to read, beside what was aimed at. */
import { isMet, type Score } from './measurement.ts';

export function tableOf(scores: readonly Score[]): string {
  const rows = scores.map((score) => {
    const { name, value, better, target } = score;
    const aim = target === undefined ? '' : `${better === 'higher' ? '≥' : '≤'} ${target}`;
    const met = isMet(score);
    return [name, String(value), aim, met === undefined ? '' : met ? 'met' : 'missed'];
  });
  const head = ['what', 'measured', 'target', ''];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
