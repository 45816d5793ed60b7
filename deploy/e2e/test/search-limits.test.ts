/** What is over a bound is a 400 that says so, and what is within it is answered: asked of the real engine. */
import { randomUUID } from 'node:crypto';
import { monthName, PROJECTION_VERSION, writtenIndex } from '@auditbox/fhir-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { post, postBundle, search, total } from '../src/client.ts';
import { PAGE_EVENT } from '../src/events.ts';
import { eventually } from '../src/eventually.ts';
import { type Pipeline, startPipeline } from '../src/pipeline.ts';

/** UTF-16 code units of a string to search for; of any other value; values in one search. */
const STRING_CHARS_MAX = 1000;
const VALUE_CHARS_MAX = 2048;
const VALUES_MAX = 1000;
/** UTF-8 bytes of the events of a page. */
const PAGE_BYTES_MAX = 32 * 1024 * 1024;

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline({ kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') });
});
afterAll(() => pipeline?.[Symbol.asyncDispose]());

const tagged = (code: string, part: object = {}) => ({ ...PAGE_EVENT, meta: { tag: [{ code }] }, ...part });

const found = (what: string, query: string, count: number) =>
  eventually(
    what,
    () => total(pipeline.url, query),
    (n) => n === count,
  );

/** By POST, as a URL has at most 16 KB. */
async function searchByPost(parameters: Record<string, string>) {
  const response = await fetch(`${pipeline.url}/AuditEvent/_search`, {
    method: 'POST',
    body: new URLSearchParams(parameters),
  });
  return {
    status: response.status,
    body: (await response.json()) as { total?: number; issue?: { code: string }[] },
  };
}

describe('a value', () => {
  const longest = (unit: string, chars: number) => unit.repeat(chars / unit.length);

  beforeAll(async () => {
    const name = longest('ж', STRING_CHARS_MAX);
    const value = longest('ж', VALUE_CHARS_MAX);
    await postBundle(`${pipeline.url}/`, [
      tagged('longest', {
        type: { system: `urn:${longest('s', VALUE_CHARS_MAX - 4)}`, code: value },
        agent: [
          { requestor: true, name, altId: value, policy: [value], network: { address: name, type: '1' } },
        ],
        entity: [{ name: `${name}ж`, what: { reference: `Patient/${longest('ж', VALUE_CHARS_MAX - 8)}` } }],
      }),
    ]);
    await found('it is found', '_tag=longest', 1);
  });

  // Elasticsearch refuses a longer prefix than it is set to take (index.max_regex_length).
  it.each(['agent-name', 'address', 'entity-name'])('of %s has at most 1,000 characters', async (name) => {
    const atLimit = longest('ж', STRING_CHARS_MAX);
    expect(await searchByPost({ [name]: atLimit })).toMatchObject({ status: 200, body: { total: 1 } });
    const over = await searchByPost({ [name]: `${atLimit}ж` });
    expect(over).toMatchObject({ status: 400, body: { issue: [{ code: 'too-long' }] } });
  });

  it.each([
    ['type', longest('ж', VALUE_CHARS_MAX)],
    ['type', `urn:${longest('s', VALUE_CHARS_MAX - 5)}|`],
    ['altid', longest('ж', VALUE_CHARS_MAX)],
    ['policy', longest('ж', VALUE_CHARS_MAX)],
    ['patient', `Patient/${longest('ж', VALUE_CHARS_MAX - 8)}`],
    ['patient', longest('ж', VALUE_CHARS_MAX - 8)],
    ['entity', longest('ж', VALUE_CHARS_MAX)],
    ['_id', longest('ж', VALUE_CHARS_MAX)],
  ])('of %s may have 2,048 and no more', async (name, atLimit) => {
    const { status, body } = await searchByPost({ [name]: atLimit });
    expect(status).toBe(200);
    const whole = name !== '_id' && name !== 'entity' && !atLimit.endsWith('|');
    expect(body.total).toBe(whole ? 1 : 0);
    const over = await searchByPost({ [name]: atLimit.padEnd(VALUE_CHARS_MAX + 1, 'ж') });
    expect(over).toMatchObject({ status: 400, body: { issue: [{ code: 'too-long' }] } });
  });
});

describe('a search of as many values as there may be', () => {
  const many = (value: (i: number) => string) =>
    Array.from({ length: VALUES_MAX }, (_, i) => value(i)).join(',');
  const day = (i: number) => new Date(i * 86_400_000).toISOString().slice(0, 10);

  it.each([
    ['type', many((i) => `urn:${i}|c${i}`)],
    ['type:not', many(String)],
    ['date', many((i) => `ge${day(i)}`)],
    ['date', many((i) => `ne${day(i)}`)],
    ['_lastUpdated', many((i) => `ap${day(i)}`)],
    ['agent-name', many((i) => `n${i}`)],
    ['agent-name', many((i) => `n-${i}`)],
    ['type', many((i) => `urn:${'s'.repeat(500)}${i}|`)],
    ['type:text', many((i) => `n-${i}`)],
    ['policy', many(String)],
    ['_id', many(() => randomUUID())],
    ['entity', many((i) => `e${i}`)],
    ['patient', many((i) => `http://a.example/Patient/${i}`)],
  ])('is answered: %s', async (name, values) => {
    expect((await searchByPost({ [name]: values })).status).toBe(200);
    const over = await searchByPost({ [name]: `${values},${values.split(',', 1)}` });
    expect(over).toMatchObject({ status: 400, body: { issue: [{ code: 'too-costly' }] } });
  });
});

describe('a search within names', () => {
  it.each([
    ['entity-name', VALUES_MAX],
    ['user', VALUES_MAX / 2],
    ['agent-name', VALUES_MAX / 2],
  ])('of %s takes %i characters, and no more', async (name, count) => {
    const values = Array.from({ length: count }, (_, i) => String.fromCharCode(0x4e00 + i)).join(',');
    expect((await searchByPost({ [`${name}:contains`]: values })).status).toBe(200);
    const over = await searchByPost({ [`${name}:contains`]: `${values},x` });
    expect(over).toMatchObject({ status: 400, body: { issue: [{ code: 'too-costly' }] } });
  });
});

describe('terms longer than Lucene takes', () => {
  const long = 'ü'.repeat(40_000);
  const pair = `${'x'.repeat(VALUE_CHARS_MAX - 1)}${'𝔘'.repeat(20_000)}`;

  it.each([
    ['of a token', { type: { system: `urn:${long}`, code: long } }, 'type:missing=false'],
    [
      'of a string',
      { agent: [{ requestor: true, name: long, network: { address: long, type: '1' } }] },
      `agent-name=${'u'.repeat(1000)}`,
    ],
    ['of a uri', { agent: [{ requestor: true, policy: [long] }] }, 'policy:missing=false'],
    ['of a reference', { entity: [{ what: { reference: `Patient/${long}` } }] }, 'patient:missing=false'],
    [
      'of an absolute reference',
      { entity: [{ what: { reference: `http://a.example/${long}/Patient/1` } }] },
      'patient:missing=false',
    ],
    ['of a URN', { entity: [{ what: { reference: `urn:x:${long}` } }] }, 'entity:missing=false'],
    [
      'cut within a character',
      { agent: [{ requestor: true, name: pair, altId: pair, policy: [pair] }] },
      `agent-name=${'x'.repeat(1000)}`,
    ],
  ])('%s are stored and found', async (what, part, query) => {
    const code = what.replaceAll(' ', '-');
    await postBundle(`${pipeline.url}/`, [tagged(code, part)]);
    await found('the event is found', `_tag=${code}&${query}`, 1);
  });

  it('are told apart by what is after their beginning', async () => {
    const systems = ['a', 'b'].map((last) => ({ system: `urn:${long}${last}`, code: `last-${last}` }));
    await postBundle(
      `${pipeline.url}/`,
      systems.map((type) => tagged('apart', { type })),
    );
    await found('both are found', '_tag=apart', 2);
    await found('one by its code', '_tag=apart&type=last-a', 1);
  });
});

describe('a page', () => {
  // 45 events of 14 MB were a 503 for ever: more than the client's longest string, and tried again.
  it('of more bytes than there may be is a 400 that says what to do', async () => {
    const bytes = 4_000_000;
    const within = Math.floor(PAGE_BYTES_MAX / bytes);
    for (let i = 0; i <= within; i++) {
      const response = await post(
        `${pipeline.url}/AuditEvent`,
        tagged('large', { entity: Array(4).fill({ description: 'x'.repeat(bytes / 4), name: 'x' }) }),
      );
      expect(response.status).toBe(201);
    }
    await found('they are found', '_tag=large', within + 1);
    const page = await search(pipeline.url, `_tag=large&_count=${within}`);
    expect(page).toMatchObject({ total: within + 1 });
    expect(page.entry).toHaveLength(within);
    const response = await fetch(`${pipeline.url}/AuditEvent?_tag=large`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      issue: [{ code: 'too-costly', diagnostics: expect.stringContaining('use a smaller _count') }],
    });
  });

  it('of as many entries as there may be comes whole and in order', async () => {
    const events = Array.from({ length: 1000 }, (_, i) =>
      tagged('many', { recorded: new Date(Date.UTC(2024, 0) + i * 1000).toISOString() }),
    );
    const stored = await postBundle(`${pipeline.url}/`, events);
    await found('they are found', '_tag=many', events.length);
    const { entry = [] } = await search(pipeline.url, '_tag=many&_count=9999999999');
    expect(entry.map(({ resource }) => resource)).toEqual(stored.toReversed());
  });
});

describe('a shard that can not answer', () => {
  it('fails the search: an answer that looks complete and is not is never given', async () => {
    const prefix = pipeline.environment.AUDITBOX_INDEX_PREFIX ?? '';
    const index = `${inject('elasticUri')}/${writtenIndex('other', prefix)}`;
    await postBundle(`${pipeline.url}/`, [tagged('elsewhere')]);
    await found('it is found', '_tag=elsewhere', 1);
    const created = await fetch(`${index}?wait_for_active_shards=0`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        settings: { 'index.routing.allocation.require._name': 'no-such-node' },
        mappings: { _meta: { projection: PROJECTION_VERSION } },
        aliases: { [monthName('other', prefix)]: {} },
      }),
    });
    expect(created.status).toBe(200);
    const response = await fetch(`${pipeline.url}/AuditEvent?_tag=elsewhere`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ issue: [{ code: 'transient' }] });
    await fetch(index, { method: 'DELETE' });
    expect(await total(pipeline.url, '_tag=elsewhere')).toBe(1);
  });
});
