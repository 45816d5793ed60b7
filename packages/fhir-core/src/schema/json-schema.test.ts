import { isIPv4, isIPv6 } from 'node:net';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ApplicationEventSchema, SentEventSchema, sentEventProblems } from '../application/event.ts';
import { validateAuditEvent } from '../validate/audit-event.ts';
import { corpus, realBundle, searchsetEvents } from '../validate/corpus.case.ts';
import { Generator } from '../validate/generate.case.ts';
import { mutationsOf } from '../validate/mutate.case.ts';
import { plainSchema, sentDefinitions } from './json-schema.ts';

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

const ajv = new Ajv2020({ strictTypes: false, validateFormats: false });
/** The standards' own, not ours. */
const formatted = new Ajv2020({
  strictTypes: false,
  formats: { ipv4: isIPv4, ipv6: (text: string) => isIPv6(text) && !text.includes('%') },
});
const SENT = {
  ...{ org_id: 'a', action: 'b', action_result: 'success', actor_id: 'c', actor_type: 'machine' },
  occurred_at: '2023-11-07T05:31:56Z',
};
const $defs = sentDefinitions('#/$defs/');
const allows = ajv.compile({ $ref: '#/$defs/AuditEvent', $defs });

it('allows what is valid', () => {
  const bundles = ajv.compile({ $ref: '#/$defs/Bundle', $defs });
  for (const producer of ['hapi-balp-generated', 'keycloak-plugin'] as const)
    expect(bundles(realBundle(producer)), JSON.stringify(bundles.errors)).toBe(true);
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

/** What is at a bound of a field, by its characters, of which some take two code units. */
const atBound = fc
  .tuple(
    fc.constantFrom(0, 1, 45, 64, 256, 320, 1024, 8192),
    fc.constantFrom(-1, 0, 1),
    fc.constantFrom('a', '\u{1f600}'),
  )
  .map(([length, more, character]) => character.repeat(Math.max(0, length + more)));
const values = fc.oneof(
  atBound,
  fc.string({ unit: 'grapheme' }),
  fc.jsonValue({ maxDepth: 1 }),
  fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.integer({ min: 98, max: 601 }),
    fc.constantFrom('user', 'success', 'GET'),
  ),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.constantFrom(
    'fe80::1%eth0',
    '1.2.3.4.',
    '01.2.3.4',
    '::ffff:1.2.3.4',
    '2026-02-30T00:00:00Z',
    '2026-01-31T09:30:00',
  ),
);

it('of an event of an application allows exactly what is taken', () => {
  const isSent = formatted.compile(plainSchema(SentEventSchema));
  const names = [...Object.keys(plainSchema(SentEventSchema).properties as object), 'id', 'unheard of'];
  let taken = 0;
  fc.assert(
    fc.property(fc.constantFrom(...names), values, (name, value) => {
      const event = { ...SENT, [name]: value };
      const isTaken = sentEventProblems(event).length === 0;
      expect(isSent(event), `${name} is taken: ${isTaken}`).toBe(isTaken);
      taken += Number(isTaken);
    }),
    { numRuns: 5000 },
  );
  expect(taken).toBeGreaterThan(500);
  for (const name of Object.keys(SENT)) expect(isSent({ ...SENT, [name]: undefined })).toBe(false);
});

it('says nothing but JSON Schema, of types that all are there', () => {
  const definitions = sentDefinitions('#/$defs/');
  const text = JSON.stringify({ ...definitions, event: plainSchema(ApplicationEventSchema) });
  for (const own of ['expected', 'problem', 'elements', 'invariants', 'primitive', 'twinOf', 'auditbox'])
    expect(text).not.toContain(`"${own}`);
  const named = [...text.matchAll(/"#\/\$defs\/([^"]+)"/g)].map(([, name]) => name);
  expect([...new Set(named)].sort()).toEqual(
    Object.keys(definitions)
      .filter((name) => name !== 'Bundle')
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
