/**
 * Compartments (R4 compartmentdefinition.html): the AuditEvents that concern one resource, by the parameters that
 * R4's CompartmentDefinitions name for AuditEvent; for RelatedPerson R4 names none, so no event would be in it, and the
 * agent counts as for the others. A compartment is searched as a reference is.
 */
import type { Compartment, Criterion } from './criteria.ts';
import type { SearchParameterCode } from './parameters.ts';

export const COMPARTMENTS = {
  Patient: 'patient',
  Practitioner: 'agent',
  RelatedPerson: 'agent',
  Device: 'agent',
} as const satisfies Record<string, SearchParameterCode>;

export type CompartmentType = keyof typeof COMPARTMENTS;

export const COMPARTMENT_TYPES = Object.keys(COMPARTMENTS) as readonly CompartmentType[];

/** What an event has to say to be in the compartment of `type` and `id`. */
export function compartmentCriterion({ type, id }: Compartment): Criterion {
  return {
    code: COMPARTMENTS[type],
    type: 'reference',
    // As a reference is read: what is white space at its ends makes no difference.
    values: [{ match: 'resource', base: '', type, id: id.trim() }],
  };
}
