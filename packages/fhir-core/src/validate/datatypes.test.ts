import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Issue } from '../outcome/operation-outcome.ts';
import { datatype } from '../schema/datatypes.ts';
import { definedTypes, elementRows, isResourceType } from '../schema/r4/definitions.ts';
import { schemaOfType } from '../schema/r4/type-schema.ts';
import { validateAuditEvent } from './audit-event.ts';
import { changed, fullEvent, type Json, type JsonObject } from './corpus.case.ts';
import { generated, mutated } from './generated.case.ts';

/** The complex types that an extension's value may be of. */
const OPEN = elementRows('Extension')
  .flatMap(({ types }) => types)
  .filter((type) => /^[A-Z]/.test(type) && type !== 'Extension');

const RUNS_PER_DATATYPE = 50;
const RUNS_PER_RESOURCE = 4;

const withValue = (type: string, value: Json) =>
  changed(fullEvent(), '/extension', [{ url: 'urn:x', [`value${type}`]: value }]);

const withContained = (resource: JsonObject) =>
  changed(fullEvent(), '/contained', [{ ...resource, id: 'p1' }]);

const places = (issues: readonly Issue[]) => issues.flatMap(({ expression }) => expression ?? []);

test('there are 31 of them', () => {
  expect(OPEN).toHaveLength(31);
});

describe.each(OPEN)('%s', (type) => {
  test('a generated value is accepted', () => {
    fc.assert(
      fc.property(generated(datatype(type)), (value) => {
        expect(validateAuditEvent(withValue(type, value))).toEqual([]);
      }),
      { numRuns: RUNS_PER_DATATYPE },
    );
  });

  test('one that is wrong in one way is refused at that place', () => {
    fc.assert(
      fc.property(mutated(datatype(type)), ({ value, broken }) => {
        const issues = validateAuditEvent(withValue(type, value));
        expect(places(issues)).toContain(`AuditEvent.extension[0].value${broken}`);
      }),
      { numRuns: RUNS_PER_DATATYPE },
    );
  });
});

describe('a contained resource of every type of R4', () => {
  const types = definedTypes().filter(isResourceType);

  test('is accepted as it is generated', () => {
    for (const type of types) {
      fc.assert(
        fc.property(generated(schemaOfType(type)), (value) => {
          expect(validateAuditEvent(withContained(value))).toEqual([]);
        }),
        { numRuns: RUNS_PER_RESOURCE },
      );
    }
  }, 120_000);

  test('is refused where it is wrong in one way', () => {
    for (const type of types) {
      fc.assert(
        fc.property(mutated(schemaOfType(type)), ({ value, broken }) => {
          expect(places(validateAuditEvent(withContained(value)))).toContain(
            `AuditEvent.contained[0]${broken}`,
          );
        }),
        { numRuns: RUNS_PER_RESOURCE },
      );
    }
  }, 120_000);
});
