import type { SortKey } from '@auditbox/fhir-core';
import { expect, it } from 'vitest';
import type { JsonObject, Sender } from './kept.ts';
import { idOf, sorted } from './sorted.ts';

const EVENTS = [
  {
    id: 'a',
    recorded: '2019-05-05T12:00:00+02:00',
    subtype: [{ code: 'B' }, { code: 'd' }],
    agent: [{ name: 'Érik' }],
  },
  { id: 'b', recorded: '2019-05-05T10:00:00Z', subtype: [{ code: 'c' }], agent: [{ name: 'eva' }] },
  { id: 'c', recorded: '2019-05-05T10:00:00.5Z', subtype: [{ system: 'urn:x' }], agent: [{ name: 'Eva' }] },
] as const satisfies readonly JsonObject[];

/** In the order of the events. */
const SENDERS: readonly Sender[] = [{ issuer: 'urn:z', client: 'ehr' }, { client: 'EHR' }, { client: 'lab' }];

it.each<[readonly SortKey[], string]>([
  [[], 'cba'],
  [[{ code: 'date', descending: false }], 'bac'],
  [[{ code: '_id', descending: false }], 'abc'],
  // Of several values the least, or the greatest; what has none is last.
  [[{ code: 'subtype', descending: false }], 'abc'],
  [[{ code: 'subtype', descending: true }], 'abc'],
  [[{ code: 'agent-name', descending: true }], 'cba'],
  // By the client, in the case that it has.
  [[{ code: 'sender', descending: false }], 'bac'],
  [
    [
      { code: 'agent-name', descending: true },
      { code: '_id', descending: false },
    ],
    'bca',
  ],
])('sorted by %j: %s', (keys, ids) => {
  const events = EVENTS.map((event, at) => ({
    event,
    sentId: undefined,
    sender: SENDERS[at] ?? { client: 'anonymous' },
  }));
  expect(sorted(events, keys).map(idOf).join('')).toBe(ids);
});
