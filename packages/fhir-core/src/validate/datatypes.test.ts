import type { TObject } from '@sinclair/typebox';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ContainedSchema } from '../schema/contained.ts';
import { datatype } from '../schema/datatypes.ts';
import { definedTypes, elementRows, isResourceType } from '../schema/r4/definitions.ts';
import { validateAuditEvent } from './audit-event.ts';
import { changed, fullEvent, type Json, type JsonObject, places } from './corpus.case.ts';
import { Generator } from './generate.case.ts';
import { mutationsWithin } from './mutate.case.ts';

/** The complex types that an extension's value may be of. */
const OPEN = elementRows('Extension')
  .filter(({ isChoice }) => isChoice)
  .flatMap(({ types }) => types)
  .filter((type) => /^[A-Z]/.test(type));

const RUNS_PER_DATATYPE = 50;
const RUNS_PER_RESOURCE = 5;

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

const withValue = (type: string, value: Json) =>
  changed(fullEvent(), '/extension', [{ url: 'urn:x', [`value${type}`]: value }]);

const withContained = (resource: Json) => changed(fullEvent(), '/contained', [resource]);

test('there are 31 of them', () => {
  expect(OPEN).toHaveLength(31);
});

describe.each(OPEN)('%s', (type) => {
  const schema = datatype(type) as TObject;
  const generated = (seed: number) => new Generator(seed).valid(schema);

  test('a generated value is accepted', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        expect(validateAuditEvent(withValue(type, generated(seed)))).toEqual([]);
      }),
      { numRuns: RUNS_PER_DATATYPE },
    );
  });

  test('one that is wrong in one way is refused at that place', () => {
    fc.assert(
      fc.property(seeds, fc.nat(), (seed, pick) => {
        const value = generated(seed);
        const issue = makeWrong(schema, value, 'AuditEvent.extension[0].value', pick);
        expect(places(validateAuditEvent(withValue(type, value)))).toContain(issue);
      }),
      { numRuns: RUNS_PER_DATATYPE },
    );
  });
});

describe('a contained resource of every type of R4', () => {
  const types = definedTypes().filter(isResourceType);

  const generated = (schema: TObject, seed: number): JsonObject => {
    return { ...new Generator(seed).valid(schema, 1, ContainedSchema.invariants), id: 'p1' };
  };

  test.each(types)('%s', (type) => {
    const schema = datatype(type) as TObject;
    fc.assert(
      fc.property(seeds, fc.nat(), (seed, pick) => {
        const resource = generated(schema, seed);
        expect(validateAuditEvent(withContained(resource))).toEqual([]);
        const issue = makeWrong(schema, resource, 'AuditEvent.contained[0]', pick);
        expect(places(validateAuditEvent(withContained(resource)))).toContain(issue);
      }),
      { numRuns: RUNS_PER_RESOURCE },
    );
  });
});

/** Makes one thing in `value` wrong. The issue that must be told for it, as `places` tells it. */
function makeWrong(schema: TObject, value: JsonObject, place: string, pick: number): string {
  const mutations = mutationsWithin(schema, value, place);
  const mutation = mutations[pick % mutations.length];
  if (mutation === undefined) throw new Error(`nothing of ${schema.$id} can be made wrong`);
  mutation.apply();
  return mutation.issue;
}
