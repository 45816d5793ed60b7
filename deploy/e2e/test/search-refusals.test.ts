/**
 * What is no search: a 400 that names the parameter, and never repeats what was asked for. A search that is answered
 * although a part of it was not understood finds too much, and nobody notices.
 */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { postBundle } from '../src/client.ts';
import { byGet, byPost, counted, matches } from '../src/conformance/asking.ts';
import { PAGE_EVENT } from '../src/events.ts';
import { type Pipeline, startPipeline } from '../src/pipeline.ts';

let pipeline: Pipeline;
let url: string;

beforeAll(async () => {
  pipeline = await startPipeline({ kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') });
  url = `${pipeline.url}/AuditEvent`;
  await postBundle(`${pipeline.url}/`, [PAGE_EVENT]);
  await counted(url, '', 1);
});
afterAll(() => pipeline?.[Symbol.asyncDispose]());

/** A word that a value begins with where it should not come back. */
const SECRET = 'sekret';

/** The parameter that has to be named, and the query. */
type Refusal = readonly [name: string, query: string];

const modified = (names: readonly string[], modifiers: readonly string[], value: string): Refusal[] =>
  names.flatMap((name) => modifiers.map((modifier): Refusal => [name, `${name}:${modifier}=${value}`]));

const TOKENS = ['action', 'outcome', 'type', 'subtype', 'agent-role', 'agent-type'].concat([
  'entity-type',
  'entity-role',
  'altid',
  'site',
  '_id',
  '_tag',
  '_security',
  'sender',
  'sender-id',
]);
const WITHOUT_TEXT = ['action', 'outcome', 'altid', 'site', 'sender', '_id', 'sender-id'];
const STRINGS = ['address', 'agent-name', 'entity-name', 'user'];
const REFERENCES = ['agent', 'entity', 'patient', 'source'];
const DATES = ['date', '_lastUpdated'];
const URIS = ['policy', '_profile', '_source'];
const IDS = ['_id', 'sender-id'];
const WORDS = ['_text', '_content'];
const ALL = [...TOKENS, ...STRINGS, ...REFERENCES, ...DATES, ...URIS, ...WORDS];

const MODIFIERS: readonly Refusal[] = [
  ...modified(
    TOKENS,
    ['in', 'not-in', 'above', 'below', 'of-type', 'exact', 'contains', 'identifier'],
    SECRET,
  ),
  ...modified(WITHOUT_TEXT, ['text'], SECRET),
  ...modified(STRINGS, ['not', 'text', 'above', 'below', 'identifier', 'in'], SECRET),
  ...modified(REFERENCES, ['not', 'text', 'exact', 'contains', 'above', 'below', 'in'], SECRET),
  ...modified(DATES, ['not', 'text', 'exact', 'contains', 'above', 'below'], '2019'),
  ...modified(URIS, ['not', 'text', 'exact', 'contains', 'identifier', 'in'], 'http://sekret.example'),
  ...modified(WORDS, ['not', 'text', 'exact', 'contains', 'above', 'below'], SECRET),
  ...modified(ALL, ['nonsense'], SECRET),
  // Of a reference, what begins with a capital is a type, also one that FHIR does not know.
  ...modified([...TOKENS, ...STRINGS, ...DATES, ...URIS, ...WORDS], ['MISSING'], SECRET),
  ['_sort', '_sort:asc=date'],
  ['_count', '_count:exact=1'],
];

const VALUES: readonly Refusal[] = [
  ...[SECRET, '20', '2019-1', '2019-13', '2019-00', '2019-02-29', '2019-04-31', '2019-05-05T'].map(
    (value): Refusal => ['date', `date=${value}`],
  ),
  ...['2019-05-05T10', '2019-05-05T10:61', '2019-05-05T25:00', '2019-05-05T10:00:00.Z', '05/05/2019'].map(
    (value): Refusal => ['date', `date=${value}`],
  ),
  ...['2019-05-05 10:00', '2019Z', '2019-05-05Z', '2019-05-05T10:00:00%2B25:00', '2019-05-05T10:00z'].map(
    (value): Refusal => ['date', `date=${value}`],
  ),
  ...['xx2019', 'GE2019', 'ge', 'ge2019-02-30', 'gege2019', '2019-05-05T10:00:00+0200', '-2019'].map(
    (value): Refusal => ['date', `date=${value}`],
  ),
  ['date', `date=2019,${SECRET}`],
  ['_lastUpdated', `_lastUpdated=${SECRET}`],
  ['_lastUpdated', '_lastUpdated=2019-02-29'],
  ...ALL.flatMap((name): Refusal[] => [
    [name, `${name}:missing=${SECRET}`],
    [name, `${name}:missing=1`],
  ]),
  ['action', 'action:missing=TRUE'],
  ...URIS.flatMap((name): Refusal[] => [
    [name, `${name}:below=urn:oid:1.2`],
    [name, `${name}:above=urn:oid:1.2.3`],
    // Only of a URL is it known what stands above what.
    ...[SECRET, '/sekret/a', 'http:', 'http:/sekret', 'a.example/sekret'].flatMap((value): Refusal[] => [
      [name, `${name}:below=${value}`],
      [name, `${name}:above=${value}`],
    ]),
  ]),
  // An id has no system.
  ...IDS.flatMap((name): Refusal[] => [
    [name, `${name}=urn:x|sekret`],
    [name, `${name}=sekret|`],
    [name, `${name}=1,urn:x|sekret`],
    [name, `${name}:not=urn:x|sekret`],
  ]),
  // What a urn names has no type in it.
  ...['agent', 'entity', 'source'].map(
    (name): Refusal => [name, `${name}:Patient=urn:uuid:3f9b2c1a-0000-4000-8000-000000000001`],
  ),
];

const CHAINS: readonly Refusal[] = [
  ...['patient.name', 'patient.birthdate', 'patient.nonsense', 'agent.name', 'entity.patient'].map(
    (name): Refusal => [name, `${name}=${SECRET}`],
  ),
  ...['source.name', 'agent:Practitioner.name', 'entity:Patient.nonsense', 'patient.identifier.value'].map(
    (name): Refusal => [name, `${name}=${SECRET}`],
  ),
  ...['patient.identifier:exact', 'patient:identifier.value', 'agent:Practitioner.identifier:contains'].map(
    (name): Refusal => [name, `${name}=${SECRET}`],
  ),
  ...['patient.organization.identifier', 'patient:Patient.general-practitioner.identifier'].map(
    (name): Refusal => [name, `${name}=${SECRET}`],
  ),
  ...['type.identifier', 'date.identifier', 'agent-name.identifier', 'policy.identifier'].map(
    (name): Refusal => [name, `${name}=${SECRET}`],
  ),
];

const RESULTS: readonly Refusal[] = [
  ['_sort', '_sort=nonsense'],
  ['_sort', '_sort=-nonsense'],
  ['_sort', '_sort=date,nonsense'],
  ['_sort', '_sort=--date'],
  ['_sort', '_sort=sekret'],
  ['_sort', '_sort=-sekret,date'],
  ['_sort', '_sort=date,,sekret'],
  ...[...REFERENCES, ...WORDS].map((name): Refusal => ['_sort', `_sort=${name}`]),
  ['_count', '_count=-1'],
  ['_count', '_count=many'],
  ['_count', '_count=1.5'],
  ['_count', '_count=1&_count=2'],
  ['_offset', '_offset=-1'],
  ['_offset', '_offset=sekret'],
  ['_offset', '_count=10&_offset=9991'],
  ['_offset', '_count=1000&_offset=9001'],
  ['_total', '_total=sekret'],
  ['_summary', '_summary=sekret'],
  ['_elements', '_elements=sekret'],
  ['_cursor', '_cursor=sekret'],
];

const NEVER: readonly Refusal[] = [
  ['_filter', '_filter=action eq sekret'],
  ['_has', '_has:Provenance:target:agent=sekret'],
  ['_query', '_query=sekret'],
  ['_list', '_list=sekret'],
];

describe.each([
  ['a modifier that a parameter does not have', MODIFIERS],
  ['a value that is none', VALUES],
  ['a chain that does not exist', CHAINS],
  ['a result parameter that says nothing', RESULTS],
  ['what R4 has and this is not', NEVER],
])('%s is refused', (_title, refusals) => {
  it.each(refusals)('by the name of %s: %s', async (name, query) => {
    for (const ask of [byGet, byPost]) {
      const { status, answer } = await ask(url, query);
      expect(status).toBe(400);
      expect(answer.resourceType).toBe('OperationOutcome');
      const [issue] = answer.issue ?? [];
      expect(issue).toMatchObject({ severity: 'error' });
      expect(issue?.diagnostics).toContain(name.split(/[.:]/)[0]);
      expect(JSON.stringify(answer)).not.toContain(SECRET);
    }
  });
});

describe('what would cost too much', () => {
  type Form = readonly (readonly [name: string, value: string])[];
  const asked = async (parameters: Form) => {
    const form = parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
    const { status, answer } = await byPost(url, form);
    if (status !== 200) expect(JSON.stringify(answer)).not.toContain(SECRET);
    return [status, answer.issue?.[0]?.code];
  };
  const times = (count: number, name: string, value: (i: number) => string): Form =>
    Array.from({ length: count }, (_, i) => [name, value(i)] as const);
  const numbered = (i: number, chars: number) => `${SECRET}${i}`.padEnd(chars, 'x');
  const words = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => (from + i).toString(36)).join(' ');
  const path = (segments: number) => `http://sekret.example/${'a/'.repeat(segments)}`;
  const FINE = [200, undefined];

  it.each(STRINGS)('%s:contains has at most 100 characters once folded', async (name) => {
    const contains = (value: string) => asked([[`${name}:contains`, value]]);
    expect(await contains('x'.repeat(100))).toEqual(FINE);
    expect(await contains('x'.repeat(101))).toEqual([400, 'too-long']);
    expect(await contains(`${'日'.repeat(100)}`)).toEqual(FINE);
    expect(await contains(`${'x'.repeat(100)}${'\u00AD'.repeat(100)}`)).toEqual(FINE);
    expect(await contains(`x${' '.repeat(100)}y`)).toEqual(FINE);
    expect(await contains('ß'.repeat(51))).toEqual([400, 'too-long']);
  });

  it.each<[what: string, within: Form, over: Form]>([
    [
      'parts of strings',
      times(9, 'entity-name:contains', (i) => numbered(i, 100)),
      times(11, 'entity-name:contains', (i) => numbered(i, 100)),
    ],
    [
      'parts of names, in both places',
      times(4, 'agent-name:contains', (i) => numbered(i, 100)),
      times(6, 'agent-name:contains', (i) => numbered(i, 100)),
    ],
    [
      'beginnings of strings',
      times(15, 'entity-name', (i) => numbered(i, 1000)),
      times(21, 'entity-name', (i) => numbered(i, 1000)),
    ],
    [
      'beginnings of displays',
      times(15, 'type:text', (i) => numbered(i, 1000)),
      times(21, 'type:text', (i) => numbered(i, 1000)),
    ],
    [
      'words',
      [
        ['_content', words(36, 450)],
        ['_text', words(36, 450)],
      ],
      [
        ['_content', words(36, 501)],
        ['_text', words(36, 501)],
      ],
    ],
    ['URLs above', [['policy:above', path(400)]], [['policy:above', path(510)]]],
  ])('%s are counted', async (_what, within, over) => {
    expect(await asked(within)).toEqual(FINE);
    expect(await asked(over)).toEqual([400, 'too-costly']);
  });
});

describe('a refusal', () => {
  it('is the same where the client is lenient, and where a good parameter stands beside', async () => {
    for (const query of ['action:exact=C', 'date=yesterday', 'patient.name=x', '_filter=x', '_list=x'])
      for (const handling of ['lenient', 'strict']) {
        const { status } = await byGet(url, `type=110100&${query}`, { prefer: `handling=${handling}` });
        expect(status, query).toBe(400);
      }
  });

  it('names everything that is wrong', async () => {
    const { status, answer } = await byGet(url, 'date=yesterday&action:exact=C&_sort=nonsense');
    expect(status).toBe(400);
    const said = JSON.stringify(answer.issue);
    for (const name of ['date', 'action', '_sort']) expect(said).toContain(name);
  });

  it('has no reason in what looks odd and is none', async () => {
    for (const query of [
      '_sort=date',
      '_sort=-date,_id',
      '_count=1',
      '_offset=0',
      '_total=none',
      '_format=json',
    ])
      expect((await byGet(url, query)).status, query).toBe(200);
    for (const query of ['', 'type=110100&', '&type=110100', 'type=110100&&action=E']) {
      const { status, answer } = await byGet(url, query);
      expect(status, query).toBe(200);
      expect(matches(answer), query).toHaveLength(1);
    }
  });

  it('is never an answer to another method or another path', async () => {
    for (const path of ['/AuditEvent/_search', '/?type=110100', '/Patient?name=x', '/AuditEvents?type=x'])
      expect((await fetch(`${pipeline.url}${path}`)).status, path).toBeGreaterThanOrEqual(400);
  });
});
