/** What is cut out of a text is to the byte what would have been written anew. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textOf, type Written, writtenJson } from './json-writing.case.ts';
import { parseJson } from './parse-json.ts';
import { stampedBytes } from './stamp.ts';

const stamp = { id: '01942f2a-7c00-8abc-9def-0123456789ab', lastUpdated: '2026-01-16T16:03:16.123Z' };
const quotes = (value: string): Written => ({ kind: 'string', value });

/** No element's name looks like an index: an object would put that first. */
function named(written: Written): Written {
  if (written.kind === 'array') return { kind: 'array', items: written.items.map(named) };
  if (written.kind !== 'object') return written;
  return {
    kind: 'object',
    members: written.members.map(([name, value]) => [`k${name}`, named(value)] as const),
  };
}

const metas = fc.constantFrom<Written>(
  { kind: 'object', members: [['source', quotes('urn:x')]] },
  {
    kind: 'object',
    members: [
      ['versionId', quotes('7')],
      ['lastUpdated', quotes('2020')],
    ],
  },
);

/** Of any members, among them what the server stamps, in any order. */
const events = fc
  .tuple(
    fc.array(
      fc.tuple(
        fc.constantFrom('a', 'identifier', 'metadata', 'i"d', 'x', 'é'),
        writtenJson({ anyKeys: false }).map(named),
      ),
    ),
    fc.option(fc.string({ unit: 'binary' }).map(quotes)),
    fc.option(metas),
    fc.infiniteStream(fc.nat(1000)),
  )
  .map(([others, id, meta, order]): Written => {
    const unique = [...new Map(others)];
    const own: [string, Written][] = [['resourceType', quotes('AuditEvent')]];
    if (id !== null) own.push(['id', id]);
    if (meta !== null) own.push(['meta', meta]);
    const members = [...unique, ...own]
      .map((member) => ({ member, place: order.next().value as number }))
      .sort((a, b) => a.place - b.place)
      .map(({ member }) => member);
    return { kind: 'object', members };
  });

const bundleOf = (resources: readonly Written[]): Written => ({
  kind: 'object',
  members: [
    ['resourceType', quotes('Bundle')],
    [
      'meta',
      {
        kind: 'object',
        members: [['tag', { kind: 'array', items: [{ kind: 'object', members: [['id', quotes('t')]] }] }]],
      },
    ],
    [
      'entry',
      {
        kind: 'array',
        items: resources.map((resource) => ({
          kind: 'object',
          members: [
            ['request', { kind: 'object', members: [['url', quotes('AuditEvent')]] }],
            ['resource', resource],
            ['search', { kind: 'object', members: [['id', quotes('s')]] }],
          ],
        })),
      },
    ],
  ],
});

function parsed(text: string) {
  const result = parseJson(Buffer.from(text), { levelsMax: 64 });
  if (result.kind === 'refused') throw new Error(result.reason);
  return result;
}

/** No blanks, no escapes that need not be. */
const plainly = () => 5;

describe('the source of an event', () => {
  it('is stamped to the byte as the event is', () => {
    fc.assert(
      fc.property(events, (written) => {
        const body = parsed(textOf(written, plainly));
        const { exact } = body;
        const event = exact as Record<string, unknown>;
        const source = body.sourceOf(0);
        if (textOf(written, plainly).includes('\\u')) return;
        expect(source).toBeDefined();
        expect(stampedBytes(event, stamp, source).toString()).toBe(stampedBytes(event, stamp).toString());
      }),
    );
  });

  it('is found for each entry of a Bundle', () => {
    fc.assert(
      fc.property(fc.array(events, { minLength: 1, maxLength: 4 }), (written) => {
        const text = textOf(bundleOf(written), plainly);
        const body = parsed(text);
        const { exact } = body;
        const { entry } = exact as { entry: { resource: Record<string, unknown> }[] };
        for (const [index, { resource }] of entry.entries()) {
          expect(body.sourceOf(index) === undefined).toBe(text.includes('\\u') || text.includes('\\/'));
          expect(stampedBytes(resource, stamp, body.sourceOf(index)).toString()).toBe(
            stampedBytes(resource, stamp).toString(),
          );
        }
        expect(body.sourceOf(entry.length)).toBeUndefined();
      }),
    );
  });

  it('is the same event however its text is written', () => {
    fc.assert(
      fc.property(events, fc.infiniteStream(fc.nat(9)), fc.boolean(), (written, choices, marked) => {
        const text = textOf(written, () => choices.next().value as number);
        const body = parsed(marked ? `\ufeff${text}` : text);
        const { exact } = body;
        const event = exact as Record<string, unknown>;
        expect(stampedBytes(event, stamp, body.sourceOf(0)).toString()).toBe(
          stampedBytes(event, stamp).toString(),
        );
      }),
    );
  });

  it.each([
    '{"resourceType":"AuditEvent", "a":1}',
    '{"resourceType":"AuditEvent","a":1 }',
    ' {"resourceType":"AuditEvent","a":1}',
    '{"resourceType":"AuditEvent","a":1}\n',
    '{"resourceType":"AuditEvent","a" :1}',
    '{"resourceType":"AuditEvent","a":[1 ,2]}',
    '{"resourceType":"AuditEvent","a":"\\/"}',
    '{"resourceType":"AuditEvent","a":"\\u0041"}',
    '{"resourceType":"AuditEvent","a":1,"a":2}',
    '{"resourceType":"AuditEvent","a":"\\ud800"}',
    '{"resourceType":"Patient","a":1}',
    '[{"resourceType":"AuditEvent"}]',
  ])('is none where it would not be the same: %s', (text) => {
    expect(parsed(text).sourceOf(0)).toBeUndefined();
  });

  it('keeps numbers as they came', () => {
    const text = '{"resourceType":"AuditEvent","a":[1.10,-0,1e2,12345678901234567890],"b":"\\"\\\\\\n"}';
    const body = parsed(text);
    const stamped = stampedBytes(body.exact as Record<string, unknown>, stamp, body.sourceOf(0)).toString();
    expect(stamped).toContain('"a":[1.10,-0,1e2,12345678901234567890],"b":"\\"\\\\\\n"}');
    expect(stamped).toBe(stampedBytes(body.exact as Record<string, unknown>, stamp).toString());
  });

  it('is none of a Bundle with more entries than it is kept for', () => {
    const bundle = (entries: number) =>
      `{"resourceType":"Bundle","entry":[${Array.from({ length: entries }, () => '{"resource":{"a":1}}').join(',')}]}`;
    expect(parsed(bundle(10_000)).sourceOf(9_999)).toBeDefined();
    const tooMany = parsed(bundle(10_001));
    expect([0, 9_999, 10_000].map((index) => tooMany.sourceOf(index))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
