/**
 * Searches over events made to tell a right answer from one that is nearly right: each event has a name, and
 * each search says by hand which of them it finds.
 */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { postBundle, search, total } from '../src/client.ts';
import { PAGE_EVENT } from '../src/events.ts';
import { eventually } from '../src/eventually.ts';
import { type Pipeline, startPipeline } from '../src/pipeline.ts';

const OWN = 'http://audit.example.org/fhir';
const NAMED = 'urn:judge';

const agent = (part: object) => ({ agent: [{ requestor: true, ...part }] });
const entity = (reference: string, part: object = {}) => ({ entity: [{ what: { reference, ...part } }] });

const EVENTS: Readonly<Record<string, object>> = {
  second: { recorded: '2019-05-05T10:00:00Z' },
  millisecond: { recorded: '2019-05-05T10:00:00.500Z' },
  later: { recorded: '2019-05-05T12:00:01+02:00' },

  erika: agent({ name: 'Erika Mustermann' }),
  erik: agent({ name: 'ÉRIK' }),
  near: agent({ network: { address: '192.168.1.7', type: '2' } }),
  far: agent({ network: { address: '192.168.17.1', type: '2' } }),

  policy: agent({ policy: ['http://policy.example/a'] }),
  'policy-below': agent({ policy: ['http://policy.example/a/b'] }),

  relative: entity('Patient/p1'),
  own: entity(`${OWN}/Patient/p1`),
  alias: entity('http://ehr.example.org/fhir/Patient/p1'),
  'alias-odd': entity('HTTP://EHR.example.org/fhir//Patient/p1/'),
  versioned: entity('Patient/p1/_history/3'),
  foreign: entity('http://other.example.org/fhir/Patient/p1'),
  secure: entity('https://ehr.example.org/fhir/Patient/p1'),
  device: entity('Device/p1'),
  urn: entity('urn:uuid:3F9B2C1A-0000-4000-8000-000000000001', { type: 'Patient' }),
  contained: { ...entity('#c1'), contained: [{ resourceType: 'Patient', id: 'c1' }] },
  client: entity('Client/my_client'),
  who: agent({ who: { reference: 'Patient/agent_1' } }),

  underscore: entity('Patient/a_b'),
  'leading-slash': entity('/Patient/a_b'),
  fragment: entity('Patient/a_b#n'),
  query: entity('Patient/a_b?x=y'),
  'trailing-slash': entity('http://a.example/fhir/Patient/1/'),
  port: entity('HTTPS://EHR.example.org:443/fhir/Patient/77'),
  'long-id': entity(`Patient/${'7'.repeat(80)}`),
  'bare-id': entity('bare', { type: 'Patient' }),
};

const OURS = ['relative', 'own', 'alias', 'alias-odd', 'versioned'];
const ODD = ['underscore', 'leading-slash', 'fragment', 'query'];

const FOUND: readonly (readonly [query: string, names: readonly string[]])[] = [
  // R4: an instant has no width, whatever the precision it is written with.
  ['date=2019-05-05T10:00:00.500Z', ['millisecond']],
  ['date=2019-05-05T10:00:00Z', ['second', 'millisecond']],
  ['date=ne2019-05-05T10:00:00.500Z&date=2019', ['second', 'later']],
  ['date=gt2019-05-05T10:00:00.500Z&date=2019', ['later']],
  ['date=sa2019-05-05T10:00:00.500Z&date=2019', ['later']],
  ['date=lt2019-05-05T10:00:00.500Z', ['second']],
  ['date=eb2019-05-05T10:00:00.500Z', ['second']],
  ['date=ge2019-05-05T10:00:00.500Z&date=2019', ['millisecond', 'later']],
  ['date=le2019-05-05T10:00:00.500Z', ['second', 'millisecond']],
  // A tenth of the years since then on either side.
  ['date=ap2019-06-01', ['second', 'millisecond', 'later']],
  ['date=ap2017-01-01', []],

  ['agent-name=eri', ['erika', 'erik']],
  ['agent-name=ERÍKA', ['erika']],
  ['agent-name=erika,%20must', ['erika']],
  ['agent-name=mustermann', []],
  ['address=192.168.1', ['near', 'far']],
  ['address=192.168.1.', ['near']],

  ['policy=http://policy.example/a', ['policy']],
  ['policy=http://policy.example/', []],
  ['policy=HTTP://policy.example/a', []],

  ['patient=p1', OURS],
  ['patient=Patient/p1', OURS],
  [`patient=${OWN}/Patient/p1`, OURS],
  ['patient=http://ehr.example.org/fhir/Patient/p1', OURS],
  ['patient=http://ehr.example.org:80/fhir/Patient/p1', OURS],
  ['patient:Patient=p1', OURS],
  ['entity=p1', [...OURS, 'device']],
  ['entity:Device=p1', ['device']],
  ['entity=Device/p1', ['device']],
  ['patient=Patient/p1/_history/3', ['versioned']],
  [`patient=${OWN}/Patient/p1/_history/3`, ['versioned']],
  ['patient=http://other.example.org/fhir/Patient/p1', ['foreign']],
  ['patient=https://ehr.example.org/fhir/Patient/p1', ['secure']],
  ['patient=urn:uuid:3F9B2C1A-0000-4000-8000-000000000001', ['urn']],
  ['entity=urn:uuid:3f9b2c1a-0000-4000-8000-000000000001', ['urn']],
  ['entity:Client=my_client', ['client']],
  ['entity=Client/my_client', ['client']],
  ['entity=my_client', ['client']],
  ['patient=agent_1', ['who']],
  ['agent=Patient/agent_1', ['who']],

  ['patient=a_b', ODD],
  ['patient=Patient/a_b', ODD],
  ['patient=/Patient/a_b', ODD],
  ['patient=Patient/a_b%23n', ODD],
  ['patient=Patient/a_b?x=y', ODD],
  ['patient=http://a.example/fhir/Patient/1/', ['trailing-slash']],
  ['patient=http://a.example/fhir/Patient/1', ['trailing-slash']],
  ['patient=HTTPS://EHR.example.org:443/fhir/Patient/77', ['port']],
  ['patient=https://ehr.example.org/fhir/Patient/77', ['port']],
  [`patient=${'7'.repeat(80)}`, ['long-id']],
  ['patient=bare', ['bare-id']],
  [
    'patient:missing=false',
    [
      ...OURS,
      ...ODD,
      'foreign',
      'secure',
      'urn',
      'contained',
      'who',
      'trailing-slash',
      'port',
      'long-id',
      'bare-id',
    ],
  ],
];

let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await startPipeline(
    { kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') },
    {
      environment: { AUDITBOX_BASE_URL: OWN, AUDITBOX_BASE_ALIASES: 'http://EHR.example.org:80/fhir/' },
    },
  );
  const events = Object.entries(EVENTS).map(([code, part]) => ({
    ...PAGE_EVENT,
    meta: { tag: [{ system: NAMED, code }] },
    ...part,
  }));
  await postBundle(`${pipeline.url}/`, events);
  await eventually(
    'all of them are found',
    () => total(pipeline.url, `_tag=${NAMED}|`),
    (found) => found === events.length,
  );
});
afterAll(() => pipeline?.[Symbol.asyncDispose]());

describe('a search', () => {
  it.each(FOUND)('%s finds exactly %j', async (query, names) => {
    const { entry = [], total: found } = await search(pipeline.url, `${query}&_tag=${NAMED}|&_count=1000`);
    const tags = entry.map(({ resource }) => resource.meta as { tag: { code: string }[] });
    expect(tags.map(({ tag }) => tag[0]?.code).toSorted()).toEqual(names.toSorted());
    expect(found).toBe(names.length);
  });

  it('orders events of one instant by their ids, so that pages never overlap', async () => {
    const tied = Array(30).fill({ ...PAGE_EVENT, meta: { tag: [{ code: 'tied' }] } });
    const stored = await postBundle(`${pipeline.url}/`, tied);
    await eventually(
      'they are found',
      () => total(pipeline.url, '_tag=tied'),
      (found) => found === tied.length,
    );
    const ids: string[] = [];
    for (let offset = 0; offset < tied.length; offset += 7) {
      const { entry = [] } = await search(pipeline.url, `_tag=tied&_count=7&_offset=${offset}`);
      ids.push(...entry.map(({ resource }) => resource.id));
    }
    expect(ids).toEqual(
      stored
        .map(({ id }) => id)
        .toSorted()
        .toReversed(),
    );
  });
});
