import type { TSchema } from '@sinclair/typebox';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJson } from '../record/parse-json.ts';
import { stampedBytes } from '../record/stamp.ts';
import { AuditEventSchema } from '../schema/audit-event.ts';
import { schemaOfType } from '../schema/r4/type-schema.ts';
import { validateAuditEvent } from './audit-event.ts';
import { compile } from './compile.ts';
import { type Json, type JsonObject, places } from './corpus.case.ts';
import { diagnose } from './diagnose.ts';
import { Generator } from './generate.case.ts';
import { kindOf, layoutOf } from './layout.ts';
import { mutationsOf } from './mutate.case.ts';

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

test('what the schemas allow is accepted, and every property of the hand-written tree comes in it', () => {
  const made = new Set<string>();
  for (let seed = 0; seed < 1500; seed += 1) {
    const generator = new Generator(seed);
    expect(validateAuditEvent(generator.event()), `seed ${seed}`).toEqual([]);
    for (const property of generator.made) made.add(property);
  }
  expect(propertiesOfTree().filter((property) => !made.has(property))).toEqual([]);
}, 60_000);

test('one thing made wrong is one issue with its code and place, and nothing that was sent shows', () => {
  const kinds = new Set<string>();
  fc.assert(
    fc.property(seeds, fc.nat(), (seed, pick) => {
      const event = new Generator(seed).event();
      const mutations = mutationsOf(event);
      const mutation = mutations[pick % mutations.length];
      if (mutation === undefined) throw new Error('an event can be made wrong');
      mutation.apply();
      const issues = validateAuditEvent(event);
      // What a mutation takes away may have been what an invariant needs: a reference to a contained resource.
      expect(
        places(issues.filter(({ code }) => code !== 'invariant' || mutation.issue.startsWith(code))),
      ).toEqual([mutation.issue]);
      expect(JSON.stringify(issues)).not.toContain('Sentinel');
      kinds.add(mutation.issue.split(' ')[0] ?? '');
    }),
    { numRuns: 1000 },
  );
  expect([...kinds].sort()).toEqual(['code-invalid', 'required', 'structure', 'value']);
}, 60_000);

test('a generated event comes back equal, with its decimals to the digit and no value but the three of the server', () => {
  const decimals = (text: string) => text.match(/"valueDecimal":[^,}]+/g) ?? [];
  let written = 0;
  fc.assert(
    fc.property(seeds, (seed) => {
      const event = new Generator(seed).event();
      const text = JSON.stringify(event).replace(/("valueDecimal":-?\d+(?:\.\d+)?)(?=[,}])/g, (number) =>
        number.includes('.') ? `${number}0` : `${number}.0`,
      );
      const parsed = parseJson(Buffer.from(text), { levelsMax: 300 });
      if (parsed.kind === 'refused') throw new Error('it is JSON');
      expect(parsed.problems).toEqual([]);
      const stamp = { id: 'given', lastUpdated: '2026-02-01T00:00:00.000Z' };
      const back = stampedBytes(parsed.exact as Record<string, unknown>, stamp).toString();
      expect(decimals(back).toSorted()).toEqual(decimals(text).toSorted());
      written += decimals(text).length;
      const { meta, ...sent } = event as JsonObject & { meta?: object };
      expect(JSON.parse(back)).toEqual({
        ...sent,
        id: 'given',
        meta: { ...meta, versionId: '1', lastUpdated: '2026-02-01T00:00:00.000Z' },
      });
    }),
    { numRuns: 300 },
  );
  expect(written).toBeGreaterThan(0);
}, 60_000);

test('the check and the diagnosis agree on every value', () => {
  const checker = compile(AuditEventSchema);
  const values = fc.constantFrom<Json>(null, '', 'x', 5, true, [], {}, [null], { id: 'a' }, [{}], '#c0', '#');
  fc.assert(
    fc.property(
      seeds,
      fc.array(fc.tuple(fc.nat(), values), { minLength: 1, maxLength: 3 }),
      (seed, changes) => {
        const event = new Generator(seed).event();
        for (const [pick, value] of changes) replace(event, pick, structuredClone(value));
        const [first] = diagnose(checker, event, 'AuditEvent');
        expect(checker.Check(event)).toBe(first === undefined);
      },
    ),
    { numRuns: 1000 },
  );
}, 60_000);

/**
 * `Type.property` for every type that an AuditEvent can reach and that is written by hand. Those that are made of
 * R4's definitions are too many to come by chance: datatypes.test.ts makes values of each.
 */
function propertiesOfTree(): string[] {
  const types = new Set<string | undefined>();
  const found: string[] = [];
  const visit = (named: TSchema): void => {
    const kind = kindOf(named);
    if (kind.is === 'resource') visit(kind.schema.schemaOf('Device'));
    if (kind.is === 'array') visit(kind.items);
    if (kind.is !== 'object' || types.has(kind.schema.$id)) return;
    types.add(kind.schema.$id);
    if (kind.schema === schemaOfType(kind.schema.$id ?? '')) return;
    for (const { name, schema } of layoutOf(kind.schema).properties.values()) {
      found.push(`${kind.schema.$id}.${name}`);
      visit(schema);
    }
  };
  visit(AuditEventSchema);
  return found;
}

/** Sets the `pick`th value of the tree. */
function replace(event: JsonObject, pick: number, value: Json): void {
  const slots: [holder: JsonObject, key: string][] = [];
  const collect = (node: Json | undefined): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const key of Object.keys(node)) {
      slots.push([node as JsonObject, key]);
      collect((node as JsonObject)[key]);
    }
  };
  collect(event);
  const slot = slots[pick % slots.length];
  if (slot !== undefined) slot[0][slot[1]] = value;
}
