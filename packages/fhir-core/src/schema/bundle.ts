/**
 * Bundle (R4), the outer shape only: a collection with at least one entry, each with a resource. The resources
 * are validated one by one, so that one bad event does not hide the problems of the others.
 */
import { Type } from '@sinclair/typebox';
import type { AuditEvent } from './audit-event.ts';
import { backboneElement, fhirObject, oneOrMore, open } from './element.ts';
import { fixed } from './primitives.ts';

const EntrySchema = open(
  backboneElement('Bundle.entry', {
    /** An AuditEvent once validate/bundle.ts has found no problem. */
    resource: Type.Unsafe<AuditEvent>(Type.Unknown({ expected: 'an AuditEvent', problem: 'structure' })),
  }),
);

export const BundleSchema = open(
  fhirObject('Bundle', {
    resourceType: fixed('Bundle'),
    type: Type.Literal('collection', { expected: 'collection', problem: 'not-supported' }),
    entry: oneOrMore(EntrySchema),
  }),
);
