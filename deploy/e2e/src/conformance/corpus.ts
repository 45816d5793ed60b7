/** Every event of the suite with its name as a tag, one system for each set, so that a search can be kept to one. */
import { COMBINED_EVENTS } from './combined.ts';
import { DATE_EVENTS } from './dates.ts';
import { REFERENCE_EVENTS } from './references.ts';
import type { Parts } from './row.ts';
import { SENT_EVENTS } from './senders.ts';
import { SORTED_EVENTS, TIED_EVENTS } from './sorted.ts';
import { STRING_EVENTS } from './strings.ts';
import { TOKEN_EVENTS } from './tokens.ts';
import { URI_EVENTS } from './uris.ts';
import { WORD_EVENTS } from './words.ts';

export const CONFORMANCE = 'urn:conformance';
export const COMBINED = 'urn:conformance:combined';
export const SORTED = 'urn:conformance:sorted';
export const TIED = 'urn:conformance:tied';
export const SENT = 'urn:conformance:sent';

/** No more than R4 demands, and of values none that a row asks for. */
export const BASE_EVENT = {
  resourceType: 'AuditEvent',
  type: { system: 'urn:conformance:type', code: 'base' },
  recorded: '2010-06-15T12:00:00Z',
  agent: [{ requestor: false }],
  source: { observer: { reference: 'Device/base-observer' } },
} as const;

export const SETS: readonly (readonly [system: string, parts: Parts])[] = [
  [
    CONFORMANCE,
    {
      ...TOKEN_EVENTS,
      ...STRING_EVENTS,
      ...REFERENCE_EVENTS,
      ...DATE_EVENTS,
      ...URI_EVENTS,
      ...WORD_EVENTS,
    },
  ],
  [COMBINED, COMBINED_EVENTS],
  [SORTED, SORTED_EVENTS],
  [TIED, TIED_EVENTS],
  [SENT, SENT_EVENTS],
];

export const namesOf = (system: string): readonly string[] =>
  Object.keys(SETS.find(([other]) => other === system)?.[1] ?? {});

/** The events of a set as they are sent. */
export function eventsOf([system, parts]: readonly [system: string, parts: Parts]) {
  return Object.entries(parts).map(([code, part]) => {
    const { meta = {} } = part as { meta?: { tag?: readonly object[] } };
    return { ...BASE_EVENT, ...part, meta: { ...meta, tag: [{ system, code }, ...(meta.tag ?? [])] } };
  });
}
