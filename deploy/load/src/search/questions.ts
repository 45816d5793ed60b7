/** The searches that are measured, other ones each round, and what the generator knows of their answers. */
import { actionOf, patientId, practitionerId, practitionerName } from './event.ts';
import { END_MS, FIRST_MS, PRACTITIONERS } from './facts.ts';
import type { Holds, Known } from './known.ts';
import { below, type Random } from './random.ts';
import { EVENT_TYPES, OUTCOMES, TOPICS, WARDS } from './vocabulary.ts';

export type Question = {
  readonly parameters: readonly (readonly [name: string, value: string])[];
  readonly holds: Holds;
  /** Events of a page; 0: the total alone. */
  readonly count: number;
  /** Whether the newest come first, so that it is known which events the page has. */
  readonly newestFirst: boolean;
};

export type Kind = {
  readonly name: string;
  readonly ask: (known: Known, random: Random) => Question;
};

const PAGE = 50;
const DAY_MS = 86_400_000;

export const PATIENT_NEWEST: Kind = {
  name: `patient, newest ${PAGE}`,
  ask: (known, random) => {
    // The patient of some event: those with many events are asked for as often as they are written about.
    let n = below(random, known.data.count);
    while (known.patient[n] === -1) n = (n + 1) % known.data.count;
    const patient = known.patient[n]!;
    return page([['patient', `Patient/${patientId(patient)}`]], (each) => known.patient[each] === patient);
  },
};

export const KINDS: readonly Kind[] = [
  PATIENT_NEWEST,
  {
    name: 'agent and date range',
    ask: (known, random) => {
      const practitioner = below(random, PRACTITIONERS);
      const from = dayWithin(random);
      const to = from + (1 + below(random, 90)) * DAY_MS;
      return page(
        [
          ['agent', `Practitioner/${practitionerId(practitioner)}`],
          ['date', `ge${day(from)}`],
          ['date', `lt${day(to)}`],
        ],
        (n) =>
          known.practitioner[n] === practitioner && known.recordedMs[n]! >= from && known.recordedMs[n]! < to,
      );
    },
  },
  {
    name: 'type and outcome',
    ask: (known, random) => {
      const type = below(random, EVENT_TYPES.length);
      const outcome = below(random, OUTCOMES.length);
      const { system, code } = EVENT_TYPES[type]!;
      return page(
        [
          ['type', `${system}|${code}`],
          ['outcome', OUTCOMES[outcome]!.code],
        ],
        (n) => known.type[n] === type && known.outcome[n] === outcome,
      );
    },
  },
  { name: 'agent-name:contains, 3 letters', ask: (known, random) => nameContains(known, random, 3) },
  { name: 'agent-name:contains, 12 letters', ask: (known, random) => nameContains(known, random, 12) },
  {
    name: '_content, two words',
    ask: (known, random) => {
      const topic = below(random, TOPICS.length);
      const ward = below(random, WARDS.length);
      return page(
        [['_content', `${WARDS[ward]} ${TOPICS[topic]}`]],
        (n) => known.topic[n] === topic && known.ward[n] === ward,
      );
    },
  },
  {
    name: '_total=accurate, _count=0, action and date',
    ask: (known, random) => {
      const from = dayWithin(random);
      const parameters = [
        ['action', 'R'],
        ['date', `ge${day(from)}`],
        ['_total', 'accurate'],
      ] as const;
      const holds: Holds = (n) => known.recordedMs[n]! >= from && isRead(known, n);
      return { parameters, holds, count: 0, newestFirst: false };
    },
  },
  {
    name: 'first page of everything',
    ask: () => ({ parameters: [], holds: () => true, count: 100, newestFirst: true }),
  },
  {
    name: 'type, _sort=agent-name',
    ask: (known, random) => {
      const type = below(random, EVENT_TYPES.length);
      const parameters = [
        ['type', EVENT_TYPES[type]!.code],
        ['_sort', 'agent-name'],
      ] as const;
      return { ...page(parameters, (n) => known.type[n] === type), newestFirst: false };
    },
  },
];

/** Broad searches that are followed from page to page. */
export const WALKS: readonly Kind[] = [
  { name: 'everything', ask: () => ({ parameters: [], holds: () => true, count: 100, newestFirst: true }) },
  {
    name: 'action',
    ask: (known) => ({ ...page([['action', 'R']], (n) => isRead(known, n)), count: 100 }),
  },
  {
    name: 'outcome',
    ask: (known) => ({ ...page([['outcome', '0']], (n) => known.outcome[n] === 0), count: 100 }),
  },
];

function page(parameters: Question['parameters'], holds: Holds): Question {
  return { parameters, holds, count: PAGE, newestFirst: true };
}

function isRead(known: Known, n: number): boolean {
  return actionOf({ type: known.type[n]!, subtype: known.subtype[n]! }) === 'R';
}

/** As many letters out of the middle of somebody's name as that name has. */
function nameContains(known: Known, random: Random, letters: number): Question {
  for (;;) {
    const [name] = plain(practitionerName(below(random, PRACTITIONERS)));
    const at = below(random, name.length - letters + 1);
    const part = name.slice(at, at + letters);
    if (part.length < letters || part.trim() !== part) continue;
    const named = Uint8Array.from({ length: PRACTITIONERS }, (_, i) =>
      plain(practitionerName(i)).some((form) => form.includes(part)) ? 1 : 0,
    );
    return page([['agent-name:contains', part]], (n) => named[known.practitioner[n]!] === 1);
  }
}

/**
 * Without case and accents, with a blank for punctuation and without it: docs/decisions/0020 said once more, without the
 * code that is judged, for the letters that are in the names.
 */
function plain(name: string): readonly [spaced: string, solid: string] {
  const letters = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .toLowerCase()
    .replace(/[ςøłđæ]/g, (letter) => ({ ς: 'σ', ø: 'o', ł: 'l', đ: 'd' })[letter] ?? 'ae');
  return [letters.replace(/[\p{P}\s]+/gu, ' '), letters.replace(/\p{P}/gu, '')];
}

function dayWithin(random: Random): number {
  return FIRST_MS + below(random, (END_MS - FIRST_MS) / DAY_MS) * DAY_MS;
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
