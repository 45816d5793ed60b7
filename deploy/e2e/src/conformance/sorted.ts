/**
 * Orders: one event for each place in each order, which the least of an event's values decides going up and the
 * greatest going down; codes and names by their folded form; what has no value comes last either way.
 */
import type { Parts } from './row.ts';

const coding = (code: string) => ({ system: 'urn:sorted', code });
const concept = (code: string) => ({ coding: [coding(code)] });

export const SORTED_EVENTS: Parts = {
  one: {
    recorded: '2015-03-01T00:00:00Z',
    action: 'C',
    outcome: '4',
    type: coding('delta'),
    subtype: [coding('m'), coding('b')],
    meta: { source: 'http://s.example/2' },
    source: { site: 'east', observer: { display: 'x' } },
    agent: [
      {
        requestor: true,
        altId: 'Zoe',
        name: 'Dora',
        network: { address: '10.0.0.2' },
        role: [concept('r3')],
        type: concept('t2'),
        policy: ['http://p.example/b'],
      },
    ],
    entity: [{ name: 'beta', type: coding('2'), role: coding('10') }],
  },
  two: {
    recorded: '2015-01-01T00:00:00Z',
    action: 'D',
    outcome: '12',
    type: coding('Alpha'),
    subtype: [coding('c')],
    meta: { source: 'http://s.example/1' },
    source: { site: 'West', observer: { display: 'x' } },
    agent: [
      {
        requestor: true,
        altId: 'adam',
        name: 'Émile',
        network: { address: '10.0.0.10' },
        role: [concept('R1')],
        type: concept('t3'),
        policy: ['http://p.example/c'],
      },
    ],
    entity: [{ name: 'Alpha', type: coding('1'), role: coding('4') }],
  },
  three: {
    recorded: '2015-02-01T00:00:00Z',
    action: 'R',
    outcome: '0',
    type: coding('charlie'),
    subtype: [coding('a'), coding('z')],
    meta: { source: 'http://s.example/3' },
    source: { site: 'North', observer: { display: 'x' } },
    agent: [
      {
        requestor: true,
        altId: 'Bea',
        name: 'Anton',
        network: { address: '10.0.0.1' },
        role: [concept('r2'), concept('r9')],
        type: concept('t1'),
        policy: ['http://p.example/a', 'http://p.example/z'],
      },
      {
        requestor: false,
        altId: 'Yul',
        name: 'Zacharias',
        network: { address: '10.0.0.3' },
        type: concept('t9'),
      },
    ],
    entity: [
      { name: 'aardvark', type: coding('3'), role: coding('24') },
      { name: 'Omega', type: coding('0'), role: coding('1') },
    ],
  },
  four: {
    recorded: '2015-02-01T00:00:00.000001Z',
    action: 'U',
    outcome: '8',
    type: coding('BRAVO'),
    subtype: [coding('d')],
    meta: { source: 'http://s.example/4' },
    source: { site: 'south', observer: { display: 'x' } },
    agent: [
      {
        requestor: true,
        altId: 'carl',
        name: 'Fritz',
        network: { address: '9.0.0.1' },
        role: [concept('r4')],
        type: concept('T4'),
        policy: ['http://p.example/d'],
      },
    ],
    entity: [{ name: 'gamma', type: coding('4'), role: coding('5') }],
  },
  five: { recorded: '2014-01-01T00:00:00Z', type: coding('echo') },
};

export const SORT_ROWS: readonly (readonly [sort: string, names: readonly string[]])[] = [
  ['date', ['five', 'two', 'three', 'four', 'one']],
  ['-date', ['one', 'four', 'three', 'two', 'five']],
  ['action', ['one', 'two', 'three', 'four', 'five']],
  ['-action', ['four', 'three', 'two', 'one', 'five']],
  ['outcome', ['three', 'two', 'one', 'four', 'five']],
  ['-outcome', ['four', 'one', 'two', 'three', 'five']],
  ['type', ['two', 'four', 'three', 'one', 'five']],
  ['-type', ['five', 'one', 'three', 'four', 'two']],
  ['subtype', ['three', 'one', 'two', 'four', 'five']],
  ['-subtype', ['three', 'one', 'four', 'two', 'five']],
  ['altid', ['two', 'three', 'four', 'one', 'five']],
  ['-altid', ['one', 'three', 'four', 'two', 'five']],
  ['site', ['one', 'three', 'four', 'two', 'five']],
  ['-site', ['two', 'four', 'three', 'one', 'five']],
  ['agent-name', ['three', 'one', 'two', 'four', 'five']],
  ['-agent-name', ['three', 'four', 'two', 'one', 'five']],
  ['address', ['three', 'two', 'one', 'four', 'five']],
  ['-address', ['four', 'three', 'one', 'two', 'five']],
  ['entity-name', ['three', 'two', 'one', 'four', 'five']],
  ['-entity-name', ['three', 'four', 'one', 'two', 'five']],
  ['agent-role', ['two', 'three', 'one', 'four', 'five']],
  ['-agent-role', ['three', 'four', 'one', 'two', 'five']],
  ['agent-type', ['three', 'one', 'two', 'four', 'five']],
  ['-agent-type', ['three', 'four', 'two', 'one', 'five']],
  ['entity-type', ['three', 'two', 'one', 'four', 'five']],
  ['-entity-type', ['four', 'three', 'one', 'two', 'five']],
  ['entity-role', ['three', 'one', 'two', 'four', 'five']],
  ['-entity-role', ['four', 'two', 'three', 'one', 'five']],
  ['policy', ['three', 'one', 'two', 'four', 'five']],
  ['-policy', ['three', 'four', 'two', 'one', 'five']],
  ['_source', ['two', 'one', 'three', 'four', 'five']],
  ['-_source', ['four', 'three', 'one', 'two', 'five']],
];

/** Equal in one key or the other. */
export const TIED_EVENTS: Parts = {
  'c-january': { action: 'C', recorded: '2016-01-01T00:00:00Z' },
  'c-february': { action: 'C', recorded: '2016-02-01T00:00:00Z' },
  'r-january': { action: 'R', recorded: '2016-01-01T00:00:00Z' },
  'r-february': { action: 'R', recorded: '2016-02-01T00:00:00Z' },
  january: { recorded: '2016-01-01T00:00:00Z' },
  march: { recorded: '2016-03-01T00:00:00Z' },
};

/** What is in one list is equal under the sort keys, so that the ids decide: the greatest comes first. */
export const TIE_ROWS: readonly (readonly [sort: string, names: readonly (readonly string[])[]])[] = [
  ['action,date', [['c-january'], ['c-february'], ['r-january'], ['r-february'], ['january'], ['march']]],
  ['action,-date', [['c-february'], ['c-january'], ['r-february'], ['r-january'], ['march'], ['january']]],
  ['-action,date', [['r-january'], ['r-february'], ['c-january'], ['c-february'], ['january'], ['march']]],
  ['date,action', [['c-january'], ['r-january'], ['january'], ['c-february'], ['r-february'], ['march']]],
  ['-date,-action', [['march'], ['r-february'], ['c-february'], ['r-january'], ['c-january'], ['january']]],
  ['date', [['c-january', 'r-january', 'january'], ['c-february', 'r-february'], ['march']]],
  ['-date', [['march'], ['c-february', 'r-february'], ['c-january', 'r-january', 'january']]],
  [
    'action',
    [
      ['c-january', 'c-february'],
      ['r-january', 'r-february'],
      ['january', 'march'],
    ],
  ],
  [
    '-action',
    [
      ['r-january', 'r-february'],
      ['c-january', 'c-february'],
      ['january', 'march'],
    ],
  ],
  ['outcome', [['c-january', 'c-february', 'r-january', 'r-february', 'january', 'march']]],
];
