/**
 * AuditEvent (R4, 4.0.1): its own tree, in the order of the specification, with its cardinalities and required
 * bindings (action, outcome, agent.network.type). Preferred, extensible and example bindings never refuse.
 */
import { type Static, Type } from '@sinclair/typebox';
import { CodeableConceptSchema } from './codeable-concept.ts';
import { CodingSchema } from './coding.ts';
import { CONTAINED_IDS, ContainedSchema } from './contained.ts';
import { backboneElement, choice, fhirObject, many, oneOrMore } from './element.ts';
import { ExtensionSchema } from './extension.ts';
import { exists, type Invariant } from './invariant.ts';
import { MetaSchema } from './meta.ts';
import { NarrativeSchema } from './narrative.ts';
import { PeriodSchema } from './period.ts';
import {
  Base64BinarySchema,
  BooleanSchema,
  boundCode,
  CodeSchema,
  fixed,
  IdSchema,
  InstantSchema,
  StringSchema,
  UriSchema,
} from './primitives.ts';
import { ReferenceSchema } from './reference.ts';

const NetworkSchema = backboneElement('AuditEvent.agent.network', {
  address: Type.Optional(StringSchema),
  /** network-type: machine name, IP address, telephone number, email address, URI. */
  type: Type.Optional(boundCode('1', '2', '3', '4', '5')),
});

const AgentSchema = backboneElement('AuditEvent.agent', {
  type: Type.Optional(CodeableConceptSchema),
  role: Type.Optional(many(CodeableConceptSchema)),
  who: Type.Optional(ReferenceSchema),
  altId: Type.Optional(StringSchema),
  name: Type.Optional(StringSchema),
  requestor: BooleanSchema,
  location: Type.Optional(ReferenceSchema),
  policy: Type.Optional(many(UriSchema)),
  media: Type.Optional(CodingSchema),
  network: Type.Optional(NetworkSchema),
  purposeOfUse: Type.Optional(many(CodeableConceptSchema)),
});

const SourceSchema = backboneElement('AuditEvent.source', {
  site: Type.Optional(StringSchema),
  observer: ReferenceSchema,
  type: Type.Optional(many(CodingSchema)),
});

const DetailSchema = backboneElement('AuditEvent.entity.detail', {
  type: StringSchema,
  'value[x]': choice({ valueString: StringSchema, valueBase64Binary: Base64BinarySchema }),
});

const SEV_1: Invariant = {
  key: 'sev-1',
  must: 'have a name or a query, not both',
  holds: (entity) => !exists(entity, 'name') || !exists(entity, 'query'),
};

const EntitySchema = backboneElement(
  'AuditEvent.entity',
  {
    what: Type.Optional(ReferenceSchema),
    type: Type.Optional(CodingSchema),
    role: Type.Optional(CodingSchema),
    lifecycle: Type.Optional(CodingSchema),
    securityLabel: Type.Optional(many(CodingSchema)),
    name: Type.Optional(StringSchema),
    description: Type.Optional(StringSchema),
    query: Type.Optional(Base64BinarySchema),
    detail: Type.Optional(many(DetailSchema)),
  },
  [SEV_1],
);

export const AuditEventSchema = fhirObject(
  'AuditEvent',
  {
    resourceType: fixed('AuditEvent'),
    id: Type.Optional(IdSchema),
    meta: Type.Optional(MetaSchema),
    implicitRules: Type.Optional(UriSchema),
    language: Type.Optional(CodeSchema),
    text: Type.Optional(NarrativeSchema),
    contained: Type.Optional(many(ContainedSchema)),
    extension: Type.Optional(many(ExtensionSchema)),
    modifierExtension: Type.Optional(many(ExtensionSchema)),
    type: CodingSchema,
    subtype: Type.Optional(many(CodingSchema)),
    /** audit-event-action: create, read, update, delete, execute. */
    action: Type.Optional(boundCode('C', 'R', 'U', 'D', 'E')),
    period: Type.Optional(PeriodSchema),
    recorded: InstantSchema,
    /** audit-event-outcome: success, minor, serious, major failure. */
    outcome: Type.Optional(boundCode('0', '4', '8', '12')),
    outcomeDesc: Type.Optional(StringSchema),
    purposeOfEvent: Type.Optional(many(CodeableConceptSchema)),
    agent: oneOrMore(AgentSchema),
    source: SourceSchema,
    entity: Type.Optional(many(EntitySchema)),
  },
  [CONTAINED_IDS],
);

export type AuditEvent = Static<typeof AuditEventSchema>;
