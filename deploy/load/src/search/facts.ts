/**
 * The facts of event `n`, decided by the seed and nothing else, and cheap: the events are made from them, and so are
 * the counts that the answers are held against, without making a million events again.
 */
import { EVENT_ID_REST_BYTES, eventId } from '@auditbox/fhir-core';
import { below, type Random, randomOf, zipf } from './random.ts';
import { EVENT_TYPES, OUTCOMES, TOPICS, WARDS } from './vocabulary.ts';

export type DataSet = { readonly seed: number; readonly count: number };

export const PATIENTS = 50_000;
export const PRACTITIONERS = 2000;
/** Thirteen months, and so thirteen indices. */
export const FIRST_MS = Date.UTC(2025, 9, 1);
export const END_MS = Date.UTC(2026, 10, 1);

/** Every tenth event was recorded in the millisecond of the one before it: pages have to order them by id. */
const SAME_MOMENT_EVERY = 10;

const FOR_ID = 1;
const FOR_TIME = 2;
export const FOR_DETAILS = 3;

export type Facts = {
  readonly n: number;
  readonly recordedMs: number;
  /** None where the event is not about a patient. */
  readonly patient: number | undefined;
  readonly practitioner: number;
  /** Positions in the vocabulary. */
  readonly type: number;
  readonly subtype: number;
  readonly outcome: number;
  readonly topic: number;
  readonly ward: number;
};

export function factsOf(data: DataSet, n: number): Facts {
  const random = randomOf(data.seed, n);
  const type = byShare(random, EVENT_TYPES);
  const { subtypes, aboutPatient } = EVENT_TYPES[type]!;
  return {
    n,
    recordedMs: recordedMs(data, n),
    type,
    subtype: below(random, subtypes.length),
    outcome: byShare(random, OUTCOMES),
    patient: aboutPatient ? zipf(random, PATIENTS) : undefined,
    practitioner: below(random, PRACTITIONERS),
    topic: zipf(random, TOPICS.length),
    ward: below(random, WARDS.length),
  };
}

/** The id that event `n` gets, as the gateway gives it: of its moment, the rest random. */
export function idOf(data: DataSet, n: number): string {
  const random = randomOf(data.seed, n, FOR_ID);
  const rest = Uint8Array.from({ length: EVENT_ID_REST_BYTES }, () => below(random, 256));
  return eventId(recordedMs(data, n), rest);
}

/** Whether event `n` was recorded in the millisecond of the one before it. */
export function sharesMoment(n: number): boolean {
  return n % SAME_MOMENT_EVERY === SAME_MOMENT_EVERY - 1;
}

/** In the order of `n`, somewhere in its share of the months. */
function recordedMs(data: DataSet, n: number): number {
  const own = sharesMoment(n) ? n - 1 : n;
  const place = (own + randomOf(data.seed, own, FOR_TIME)()) / data.count;
  return FIRST_MS + Math.floor(place * (END_MS - FIRST_MS));
}

/** A position in `items`, each as often as its share of a thousand says. */
export function byShare(random: Random, items: readonly { readonly share: number }[]): number {
  let left = random() * 1000;
  const found = items.findIndex(({ share }) => {
    left -= share;
    return left < 0;
  });
  return found < 0 ? items.length - 1 : found;
}
