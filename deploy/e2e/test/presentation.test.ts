/**
 * `_pretty`, `_elements` and `_summary`, in a read and in a search: however an event is asked for, what is there of it
 * is what was sent, to the letter.
 */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { post, type Resource } from '../src/client.ts';
import { PAGE_EVENT } from '../src/events.ts';
import { eventually } from '../src/eventually.ts';
import { type Pipeline, startPipeline } from '../src/pipeline.ts';

/** Numbers that JavaScript would write in another way. */
const NUMBERS = ['1.10', '9'.repeat(100), '-0', '1E+2'];
const RECORDED = '2026-01-16T17:03:16.120+01:00';
/** Combining and not, beyond the first plane, a line separator, all as they are sent: half of them escaped. */
const UNICODE =
  'e\u0301 \u00e9 \u{1d518} \u2028 \\u0065\\u0301 \\u00e9 \\ud835\\udd18 \\u2028 \\" \\/ \\u0000';
const UNICODE_VALUE: unknown = JSON.parse(`"${UNICODE}"`);

const NARRATIVE = '<div xmlns="http://www.w3.org/1999/xhtml">a</div>';

let pipeline: Pipeline;
let stored: string;
let id: string;

beforeAll(async () => {
  pipeline = await startPipeline({ kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') });
  const extensions = NUMBERS.map((number) => `{"url":"urn:x","valueDecimal":${number}}`).join(',');
  const { action: _action, recorded: _recorded, ...event } = PAGE_EVENT;
  const sent = JSON.stringify({
    ...event,
    text: { status: 'generated', div: NARRATIVE },
    entity: [{ name: 'n', description: 'd' }],
  }).replace(
    '"type"',
    `"extension":[${extensions}],"outcomeDesc":"${UNICODE}","recorded":"${RECORDED}","type"`,
  );
  const created = await post(`${pipeline.url}/AuditEvent`, sent);
  stored = await created.text();
  id = (JSON.parse(stored) as Resource).id;
  await eventually(
    'it is found',
    async () => (await (await fetch(`${pipeline.url}/AuditEvent?_id=${id}`)).text()).includes(stored),
    (found) => found,
  );
});
afterAll(() => pipeline?.[Symbol.asyncDispose]());

/** Every way to ask for the event, each giving its text. */
const ways: readonly (readonly [string, (query: string) => Promise<string>])[] = [
  ['a read', async (query) => await ok(fetch(`${pipeline.url}/AuditEvent/${id}?${query}`))],
  ['a vread', async (query) => await ok(fetch(`${pipeline.url}/AuditEvent/${id}/_history/1?${query}`))],
  ['a search', async (query) => await ok(fetch(`${pipeline.url}/AuditEvent?_id=${id}&${query}`))],
  [
    'a _search',
    async (query) =>
      await ok(
        fetch(`${pipeline.url}/AuditEvent/_search`, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: `_id=${id}&${query}`,
        }),
      ),
  ],
];

async function ok(asked: Promise<Response>): Promise<string> {
  const response = await asked;
  const text = await response.text();
  if (response.status !== 200) throw new Error(text);
  return text;
}

/** The event in an answer, numbers as strings: plain parsing would lose what is looked for. */
function eventIn(answer: string): Record<string, unknown> {
  const asText = (_key: string, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' ? context?.source : value;
  const resource = JSON.parse(answer, asText as never) as Record<string, unknown>;
  if (resource.resourceType !== 'Bundle') return resource;
  return (resource.entry as { resource: Record<string, unknown> }[])[0]?.resource ?? {};
}

const MANDATORY = ['resourceType', 'id', 'meta', 'recorded', 'type', 'agent', 'source'];

describe.each(ways)('%s', (_way, ask) => {
  it.each([
    ['_pretty=true', undefined],
    ['_pretty=false', undefined],
    ['_summary=false', undefined],
    ['_summary=true', [...MANDATORY, 'outcomeDesc', 'outcome', 'entity']],
    ['_summary=text', [...MANDATORY, 'text']],
    ['_summary=data&_pretty=true', [...MANDATORY, 'extension', 'outcomeDesc', 'outcome', 'entity']],
    ['_elements=extension,outcomeDesc', [...MANDATORY, 'extension', 'outcomeDesc']],
    ['_elements=id', MANDATORY],
  ])('with %s gives what was sent', async (query, elements) => {
    const event = eventIn(await ask(query));
    const whole = eventIn(stored);
    expect(Object.keys(event).toSorted()).toEqual((elements ?? Object.keys(whole)).toSorted());
    expect(event.recorded).toBe(RECORDED);
    if ('extension' in event) {
      expect(event.extension).toEqual(NUMBERS.map((valueDecimal) => ({ url: 'urn:x', valueDecimal })));
    }
    if ('outcomeDesc' in event) expect(event.outcomeDesc).toBe(UNICODE_VALUE);
    // Whatever is there is the same, but for what a subset leaves out of it, and its order too.
    const kept = Object.keys(whole).filter((key) => key in event);
    expect(Object.keys(event)).toEqual(kept);
    for (const key of kept) expect(whole[key]).toMatchObject(key === 'meta' ? {} : (event[key] as object));
    const tags = (event.meta as { tag?: { code: string }[] }).tag?.map(({ code }) => code);
    expect(tags).toEqual(elements === undefined ? undefined : ['SUBSETTED']);
  });

  it('with _pretty is the same text on lines of its own', async () => {
    const pretty = await ask('_pretty=true');
    for (const number of NUMBERS) expect(pretty).toContain(`"valueDecimal": ${number}\n`);
    expect(pretty.split('\n').length).toBeGreaterThan(40);
    expect(await ask('_pretty=false')).toContain(stored);
  });
});

describe('a search', () => {
  it('links to itself with how it was answered', async () => {
    const answer = await ok(fetch(`${pipeline.url}/AuditEvent?_id=${id}&_pretty=true&_elements=agent,id`));
    const { link } = JSON.parse(answer) as { link: { relation: string; url: string }[] };
    const self = new URL(link.find(({ relation }) => relation === 'self')?.url ?? '');
    expect(Object.fromEntries(self.searchParams)).toMatchObject({ _pretty: 'true', _elements: 'agent,id' });
    expect(await ok(fetch(`${pipeline.url}${self.pathname}${self.search}`))).toBe(answer);
  });

  it('counts with _summary=count', async () => {
    const answer = JSON.parse(await ok(fetch(`${pipeline.url}/AuditEvent?_summary=count`))) as object;
    expect(answer).toMatchObject({ type: 'searchset', total: 1 });
    expect(answer).not.toHaveProperty('entry');
  });
});

it.each(['_pretty=1', '_summary=all', '_elements=nonsense', '_elements=id&_summary=text'])(
  '%s is a 400 everywhere, also for a lenient client',
  async (query) => {
    for (const path of [`/${id}`, `/${id}/_history/1`, '']) {
      const headers = { prefer: 'handling=lenient' };
      const response = await fetch(`${pipeline.url}/AuditEvent${path}?${query}`, { headers });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ issue: [{ code: 'value' }] });
    }
  },
);
