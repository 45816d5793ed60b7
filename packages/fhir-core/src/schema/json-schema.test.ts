import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ApplicationEventSchema } from '../application/event.ts';
import { validateAuditEvent } from '../validate/audit-event.ts';
import { corpus, searchsetEvents } from '../validate/corpus.case.ts';
import { Generator } from '../validate/generate.case.ts';
import { mutationsOf } from '../validate/mutate.case.ts';
import { auditEventDefinitions, plainSchema } from './json-schema.ts';

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

const ajv = new Ajv2020({ strictTypes: false, validateFormats: false });
const allows = ajv.compile({ $ref: '#/$defs/AuditEvent', $defs: auditEventDefinitions('#/$defs/') });

it('allows what is valid', () => {
  for (const event of [...corpus(), ...searchsetEvents()]) {
    expect(allows(event), JSON.stringify(allows.errors)).toBe(true);
  }
  fc.assert(
    fc.property(seeds, (seed) => {
      expect(allows(new Generator(seed).event()), JSON.stringify(allows.errors)).toBe(true);
    }),
    { numRuns: 500 },
  );
}, 60_000);

it('forbids nothing but what is not valid, and most of that', () => {
  let [forbidden, all] = [0, 0];
  fc.assert(
    fc.property(seeds, fc.nat(), (seed, pick) => {
      const event = new Generator(seed).event();
      const mutations = mutationsOf(event);
      mutations[pick % mutations.length]?.apply();
      all += 1;
      if (allows(event)) return;
      forbidden += 1;
      expect(validateAuditEvent(event)).not.toEqual([]);
    }),
    { numRuns: 1000 },
  );
  expect(forbidden / all).toBeGreaterThan(0.4);
}, 60_000);

it('says nothing but JSON Schema, of types that all are there', () => {
  const definitions = auditEventDefinitions('#/$defs/');
  const text = JSON.stringify({ ...definitions, event: plainSchema(ApplicationEventSchema) });
  for (const own of ['expected', 'problem', 'elements', 'invariants', 'primitive', 'twinOf', 'auditbox'])
    expect(text).not.toContain(`"${own}`);
  const named = [...text.matchAll(/"#\/\$defs\/([^"]+)"/g)].map(([, name]) => name);
  expect([...new Set(named)].sort()).toEqual(
    Object.keys(definitions)
      .filter((name) => name !== 'AuditEvent')
      .sort(),
  );
});

it('says an address in formats that others know', () => {
  const { properties } = plainSchema(ApplicationEventSchema) as {
    properties: Readonly<Record<string, object>>;
  };
  expect(properties.client_ip).toMatchObject({
    type: 'string',
    anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }],
  });
  expect(properties.id).toMatchObject({ type: 'string', format: 'uuid' });
});
