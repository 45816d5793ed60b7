/** The report for people: the counts, what was looked at, and the first differences, one a line. */
import { INCOMPLETE } from './incomplete.ts';
import type { Report } from './report.ts';
import { type Difference, isDifference, VERDICTS, type Verdict } from './verdict.ts';

const MEANINGS: Readonly<Record<Verdict, string>> = {
  stored: 'in the index that the id names, equal to the byte',
  repeat: 'another copy of a stored event, equal content digest',
  quarantined: 'in quarantine, as it has to be',
  'dropped-month': 'of a month that was dropped after they were taken',
  waiting: 'not stored yet, and not committed by the indexer',
  unproven: 'what decides it can not be seen now',
  missing: 'neither stored nor in quarantine',
  changed: 'stored, but not as the record is',
  misplaced: 'stored in another index than the id names',
  doubled: 'documents of a stored event in another index as well',
  surplus: 'documents without a record',
  unread: 'documents that no search finds: the alias of their month is gone',
  'wrongly-quarantined': 'items of quarantine that do not belong there',
  'changed-in-quarantine': 'items of quarantine that are not what their record is',
  unlisted: 'items of quarantine that its index does not list',
  'deleted-unread': 'records deleted by the log before the indexer had them',
};

export function reportText(report: Report): string {
  const { verdicts, differences, differencesTotal, partitions } = report;
  const records = `${count(report.records)} records of ${partitions.length} partitions`;
  const lines = [
    `${records}, ${count(report.documents)} documents, ${count(report.quarantineRecords)} records of quarantine; ${seconds(report)}.`,
    '',
    ...VERDICTS.filter((verdict) => verdicts[verdict] > 0 || verdict === 'stored').map(
      (verdict) =>
        `${isDifference(verdict) ? '✗' : ' '} ${count(verdicts[verdict]).padStart(12)}  ${verdict}: ${MEANINGS[verdict]}`,
    ),
    '',
    ...notesOf(report),
  ];
  if (differences.length > 0) {
    const which =
      differencesTotal > differences.length
        ? `The first ${count(differences.length)} of ${count(differencesTotal)} differences:`
        : 'The differences:';
    lines.push(which, ...differences.map(differenceText), '');
  }
  lines.push(conclusion(report));
  return `${lines.join('\n')}\n`;
}

function notesOf({ notes, isWhole, documentsBeyondLog, repaired }: Report): string[] {
  const said = [
    ...notes,
    ...(isWhole
      ? []
      : ['A part of the log was read: whether documents without a record are surplus is not said.']),
    ...(documentsBeyondLog > 0
      ? [
          `${count(documentsBeyondLog)} documents are older than what the log still has: nothing is said of them.`,
        ]
      : []),
    ...(repaired > 0 ? [`${count(repaired)} missing documents were written: verify again.`] : []),
  ];
  return said.length === 0 ? [] : [...said, ''];
}

function conclusion({ isClean, incomplete, differencesTotal }: Report): string {
  const reasons = incomplete.map((reason) => INCOMPLETE[reason]).join('; ');
  if (!isClean) {
    const more = reasons === '' ? '' : ` Not all could be judged: ${reasons}.`;
    return `NOT EQUAL: ${count(differencesTotal)} differences.${more}`;
  }
  return reasons === ''
    ? 'No difference.'
    : `No difference found, but not everything could be judged: ${reasons}.`;
}

function differenceText({ verdict, part, place, id, index }: Difference): string {
  const what = part === undefined ? verdict : `${verdict} (${part})`;
  return ['  ', what, place, id, index].filter((text) => text !== undefined).join('  ');
}

function seconds({ durationMs, records }: Report): string {
  const perSecond = durationMs > 0 ? Math.round((records / durationMs) * 1000) : 0;
  return `${(durationMs / 1000).toFixed(1)} s, ${count(perSecond)} records/s`;
}

function count(n: number): string {
  return n.toLocaleString('en');
}
