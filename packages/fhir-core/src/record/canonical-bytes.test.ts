import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { corpus, fullEvent } from '../validate/corpus.case.ts';
import { Generator } from '../validate/generate.case.ts';
import { canonicalForm } from './canonical.ts';
import { canonicalBytes } from './canonical-bytes.ts';
import { withNumbersAsWritten } from './exact-json.ts';
import { compact, writtenJson } from './json-writing.case.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
/** As text, of the text of an event. */
const formOf = (text: string): string | undefined => {
  const bytes = canonicalBytes(utf8(text));
  return bytes && new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
};
const plainForm = (text: string): string =>
  canonicalForm(withNumbersAsWritten(text, JSON.parse(text)) as Record<string, unknown>);

/** Objects whose members stand in any order, with the names that matter among them. */
const member = fc.oneof(
  fc.constantFrom('id', 'meta', 'lastUpdated', 'versionId', '_id', 'ids', 'i', 'metadata', '1', '_', 'a'),
  fc.stringMatching(/^[A-Za-z0-9_]{0,6}$/),
);
const { object } = fc.letrec<{ object: Record<string, unknown>; value: unknown }>((tie) => ({
  object: fc
    .uniqueArray(fc.tuple(member, tie('value')), { maxLength: 5, selector: ([name]) => name })
    .map((members) => Object.fromEntries(members)),
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', minLength: 60, maxLength: 120 })),
    fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.constantFrom('"', '\\', '\\"', '}', ',', '{')),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
}));

describe('the canonical form of an event’s bytes', () => {
  it('is that of the event, for those of all public sources, whatever order their members are in', () => {
    for (const event of [...corpus(), fullEvent()]) {
      const turned = Object.fromEntries(Object.entries(event).reverse());
      for (const each of [event, turned, { ...event, id: 'x', meta: { versionId: '3' } }]) {
        expect(formOf(JSON.stringify(each))).toBe(canonicalForm(each));
      }
    }
  });

  it('is that of the event, for all that R4 allows', () => {
    for (let seed = 0; seed < 300; seed += 1) {
      const event = new Generator(seed).event();
      const text = JSON.stringify(event);
      const form = formOf(text);
      if (text.length < 10_000) expect(form).toBe(canonicalForm(event));
      else expect([undefined, canonicalForm(event)]).toContain(form);
    }
  });

  it('is that of any object with the keys that R4 has', () => {
    fc.assert(
      fc.property(object, fc.oneof(object, fc.constant(undefined)), (event, meta) => {
        const text = JSON.stringify({ ...event, ...(meta !== undefined && { meta }) });
        fc.pre(utf8(text).length <= 16_384);
        expect(formOf(text)).toBe(plainForm(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps numbers as they came, and leaves keys that it may not know the order of', () => {
    const written = writtenJson({ anyKeys: false }).filter(({ kind }) => kind === 'object');
    let left = 0;
    fc.assert(
      fc.property(written, (each) => {
        const text = compact(each);
        const form = formOf(text);
        if (form === undefined) left += 1;
        else expect(form).toBe(plainForm(text));
      }),
      { numRuns: 2000 },
    );
    expect(left).toBeGreaterThan(0);
    expect(formOf('{"b":1.10,"a":-1e400}')).toBe('{"a":-1e400,"b":1.10}');
    for (const key of ['é', 'a b', '-', '\\"', '\\n']) expect(formOf(`{"${key}":1}`)).toBeUndefined();
  });

  it('leaves what is no object, and an event that is large', () => {
    const event = (bytes: number) => `{"b":"${'x'.repeat(bytes - 14)}","a":1}`;
    expect(formOf(event(16_384))).toBe(plainForm(event(16_384)));
    expect(formOf(event(16_385))).toBeUndefined();
    for (const text of ['[]', '1', '', 'null']) expect(formOf(text)).toBeUndefined();
    // As many places as there can be.
    for (const part of ['{},', '{"":{}},', '{"b":0,"a":0},']) {
      const text = `{"z":[${part.repeat(16_300 / part.length).slice(0, -1)}],"a":1}`;
      expect(formOf(text)).toBe(plainForm(text));
    }
  });
});
