/**
 * The search parameters of AuditEvent: one row each, and nothing about a parameter is said anywhere else.
 *
 * From this table come the projection (what an event leaves in its document), the mapping (how Elasticsearch
 * stores it), the query compiler, CapabilityStatement and SearchParameter. Codes, types and expressions are
 * R4's own (4.0.1, search-parameters.json), but for four of our own: `agent-type`, `user`, `sender` and `sender-id`.
 */
import { exactJson } from '../record/exact-json.ts';
import type { SenderValues } from '../record/stamp.ts';
import type { AuditEvent } from '../schema/audit-event.ts';
import type { CodeableConcept } from '../schema/codeable-concept.ts';
import type { Coding } from '../schema/coding.ts';
import type { Reference } from '../schema/reference.ts';
import { narrativeText } from './narrative-text.ts';

export const SEARCH_PARAMETER_CODES = [
  '_content',
  '_id',
  '_lastUpdated',
  '_profile',
  '_security',
  '_source',
  '_tag',
  '_text',
  'action',
  'address',
  'agent',
  'agent-name',
  'agent-role',
  'agent-type',
  'altid',
  'date',
  'entity',
  'entity-name',
  'entity-role',
  'entity-type',
  'outcome',
  'patient',
  'policy',
  'sender',
  'sender-id',
  'site',
  'source',
  'subtype',
  'type',
  'user',
] as const;

export type SearchParameterCode = (typeof SEARCH_PARAMETER_CODES)[number];

/** A value of a token parameter: a code, the system it belongs to, what people read in its place. */
export type Token = {
  readonly system?: string | undefined;
  readonly code?: string | undefined;
  readonly text?: string | undefined;
};

/** What is about an event and not in it. */
export type AboutEvent = {
  /** Who sent it, as the header of its record says (`EventHeaders`). */
  readonly sender: string;
  readonly senderValues: SenderValues;
  /** The event as JSON, where its numbers are to be found as they were written. */
  readonly text?: string;
};

type Row<Type extends string, Value> = {
  readonly type: Type;
  /** The document's field that it is sorted by, and what its terms begin with (`document.ts`). */
  readonly field: string;
  /** FHIRPath, as R4 publishes it; undefined where the values are not of an element. */
  readonly expression: string | undefined;
  readonly description: string;
  /** Not R4's: defined by this server. */
  readonly own?: true;
  /** The values that an event has for it. */
  readonly extract: (event: AuditEvent, about: AboutEvent) => readonly Value[];
};

export type IdParameter = Row<'id', string>;
export type TokenParameter = Row<'token', Token> & {
  /** The element is a code or a string: there is no text beside it for `:text`. */
  readonly bare?: true;
  /** Codes compare to the letter: case tells them apart. */
  readonly caseSensitive?: true;
};
export type StringParameter = Row<'string', string> & {
  readonly folding: 'text' | 'address';
  /** Its values are of several kinds: no order of them means anything. */
  readonly unsorted?: true;
};
/** Found by the words of its texts. */
export type WordsParameter = Row<'words', string>;
export type UriParameter = Row<'uri', string>;
export type DateParameter = Row<'date', string>;
export type ReferenceParameter = Row<'reference', Reference> & {
  /** Resource types that R4 allows as target; empty: any. */
  readonly targets: readonly string[];
  /** The type that a target must have to count (`where(resolve() is Patient)`). */
  readonly onlyType?: string;
};

export type SearchParameter =
  | IdParameter
  | TokenParameter
  | StringParameter
  | UriParameter
  | WordsParameter
  | DateParameter
  | ReferenceParameter;

const WHO_TARGETS = [
  'Practitioner',
  'PractitionerRole',
  'Organization',
  'Device',
  'Patient',
  'RelatedPerson',
] as const;

const ACTION_SYSTEM = 'http://hl7.org/fhir/audit-event-action';
const OUTCOME_SYSTEM = 'http://hl7.org/fhir/audit-event-outcome';

export const SEARCH_PARAMETERS = {
  _content: {
    type: 'words',
    field: 'content',
    expression: undefined,
    description: 'Search on the entire content of the resource',
    extract: contentTexts,
  },
  _id: {
    type: 'id',
    field: 'id',
    expression: 'Resource.id',
    description: 'Logical id of this artifact',
    extract: (event) => present(event.id),
  },
  _lastUpdated: {
    type: 'date',
    field: 'last_updated',
    expression: 'Resource.meta.lastUpdated',
    description: 'When the resource version last changed',
    extract: (event) => present(event.meta?.lastUpdated),
  },
  _profile: {
    type: 'uri',
    field: 'profile',
    expression: 'Resource.meta.profile',
    description: 'Profiles this resource claims to conform to',
    extract: (event) => texts(event.meta?.profile),
  },
  _security: {
    type: 'token',
    field: 'security',
    expression: 'Resource.meta.security',
    description: 'Security Labels applied to this resource',
    extract: (event) => event.meta?.security?.map(tokenOf) ?? NONE,
  },
  _source: {
    type: 'uri',
    field: 'meta_source',
    expression: 'Resource.meta.source',
    description: 'Identifies where the resource comes from',
    extract: (event) => present(event.meta?.source),
  },
  _tag: {
    type: 'token',
    field: 'tag',
    expression: 'Resource.meta.tag',
    description: 'Tags applied to this resource',
    extract: (event) => event.meta?.tag?.map(tokenOf) ?? NONE,
  },
  _text: {
    type: 'words',
    field: 'narrative',
    expression: undefined,
    description: 'Search on the narrative of the resource',
    extract: (event) => present(event.text?.div).map(narrativeText),
  },
  action: {
    type: 'token',
    field: 'action',
    expression: 'AuditEvent.action',
    description: 'Type of action performed during the event',
    bare: true,
    extract: (event) => codes(event.action, ACTION_SYSTEM),
  },
  address: {
    type: 'string',
    field: 'address',
    folding: 'address',
    expression: 'AuditEvent.agent.network.address',
    description: 'Identifier for the network access point of the user device',
    extract: (event) => each(event.agent, (agent) => agent.network?.address),
  },
  agent: {
    type: 'reference',
    field: 'agent',
    targets: WHO_TARGETS,
    expression: 'AuditEvent.agent.who',
    description: 'Identifier of who',
    extract: agents,
  },
  'agent-name': {
    type: 'string',
    field: 'agent_name',
    folding: 'text',
    expression: 'AuditEvent.agent.name',
    description: 'Human friendly name for the agent',
    extract: (event) => each(event.agent, (agent) => agent.name),
  },
  'agent-role': {
    type: 'token',
    field: 'agent_role',
    expression: 'AuditEvent.agent.role',
    description: 'Agent role in the event',
    extract: (event) => event.agent.flatMap((agent) => (agent.role ?? []).flatMap(tokensOf)),
  },
  'agent-type': {
    type: 'token',
    field: 'agent_type',
    own: true,
    expression: 'AuditEvent.agent.type',
    description: 'How the agent participated',
    extract: (event) => each(event.agent, (agent) => agent.type).flatMap(tokensOf),
  },
  altid: {
    type: 'token',
    field: 'altid',
    expression: 'AuditEvent.agent.altId',
    description: 'Alternative User identity',
    bare: true,
    extract: (event) => each(event.agent, (agent) => agent.altId).map((code) => ({ code })),
  },
  date: {
    type: 'date',
    field: 'date',
    expression: 'AuditEvent.recorded',
    description: 'Time when the event was recorded',
    extract: (event) => present(event.recorded),
  },
  entity: {
    type: 'reference',
    field: 'entity',
    targets: [],
    expression: 'AuditEvent.entity.what',
    description: 'Specific instance of resource',
    extract: entities,
  },
  'entity-name': {
    type: 'string',
    field: 'entity_name',
    folding: 'text',
    expression: 'AuditEvent.entity.name',
    description: 'Descriptor for entity',
    extract: (event) => each(event.entity, (entity) => entity.name),
  },
  'entity-role': {
    type: 'token',
    field: 'entity_role',
    expression: 'AuditEvent.entity.role',
    description: 'What role the entity played',
    extract: (event) => each(event.entity, (entity) => entity.role).map(tokenOf),
  },
  'entity-type': {
    type: 'token',
    field: 'entity_type',
    expression: 'AuditEvent.entity.type',
    description: 'Type of entity involved',
    extract: (event) => each(event.entity, (entity) => entity.type).map(tokenOf),
  },
  outcome: {
    type: 'token',
    field: 'outcome',
    expression: 'AuditEvent.outcome',
    description: 'Whether the event succeeded or failed',
    bare: true,
    extract: (event) => codes(event.outcome, OUTCOME_SYSTEM),
  },
  patient: {
    type: 'reference',
    field: 'patient',
    targets: ['Patient'],
    onlyType: 'Patient',
    expression:
      'AuditEvent.agent.who.where(resolve() is Patient) | AuditEvent.entity.what.where(resolve() is Patient)',
    description: 'Identifier of who',
    extract: (event) => [...agents(event), ...entities(event)],
  },
  policy: {
    type: 'uri',
    field: 'policy',
    expression: 'AuditEvent.agent.policy',
    description: 'Policy that authorized event',
    extract: (event) => event.agent.flatMap((agent) => texts(agent.policy)),
  },
  sender: {
    type: 'token',
    field: 'sender',
    own: true,
    expression: undefined,
    description:
      'Who sent the event, by the verified token or key: the issuer as system, the client as code; never what the event says of itself',
    bare: true,
    caseSensitive: true,
    extract: (_event, { sender }) => [senderToken(sender)],
  },
  'sender-id': {
    type: 'id',
    field: 'sent_id',
    own: true,
    expression: undefined,
    description: 'The id that the event had when it was sent, before the repository gave it its own',
    extract: (_event, { senderValues }) => present(senderValues.id),
  },
  site: {
    type: 'token',
    field: 'site',
    expression: 'AuditEvent.source.site',
    description: 'Logical source location within the enterprise',
    bare: true,
    extract: (event) => codes(event.source.site),
  },
  source: {
    type: 'reference',
    field: 'source',
    targets: WHO_TARGETS,
    expression: 'AuditEvent.source.observer',
    description: 'The identity of source detecting the event',
    extract: (event) => present(event.source.observer),
  },
  subtype: {
    type: 'token',
    field: 'subtype',
    expression: 'AuditEvent.subtype',
    description: 'More specific type/id for the event',
    extract: (event) => event.subtype?.map(tokenOf) ?? NONE,
  },
  type: {
    type: 'token',
    field: 'type',
    expression: 'AuditEvent.type',
    description: 'Type/identifier of event',
    extract: (event) => [tokenOf(event.type)],
  },
  user: {
    type: 'string',
    field: 'user',
    own: true,
    folding: 'text',
    unsorted: true,
    expression:
      'AuditEvent.agent.where(requestor = true).select(who.reference | who.identifier.value | who.display | altId | name)',
    description: 'Who the user was: reference, identifier, display, alternative id or name of a requestor',
    extract: (event) => event.agent.filter((agent) => agent.requestor === true).flatMap(userNames),
  },
} as const satisfies Record<SearchParameterCode, SearchParameter>;

export type SearchModifier =
  | 'missing'
  | 'not'
  | 'text'
  | 'exact'
  | 'contains'
  | 'below'
  | 'above'
  | 'type'
  | 'identifier';

/** Other names under which a parameter is known: the pages of Auditbox write `altId`. */
export const SEARCH_PARAMETER_ALIASES: Readonly<Record<string, SearchParameterCode>> = { altId: 'altid' };

/** The row of `code`, typed as the union (the table itself has one type a row). */
export function searchParameter(code: SearchParameterCode): SearchParameter {
  return SEARCH_PARAMETERS[code];
}

/** The code that `name` stands for, or undefined where there is no such parameter. */
export function searchParameterCode(name: string): SearchParameterCode | undefined {
  if (Object.hasOwn(SEARCH_PARAMETERS, name)) return name as SearchParameterCode;
  return Object.hasOwn(SEARCH_PARAMETER_ALIASES, name) ? SEARCH_PARAMETER_ALIASES[name] : undefined;
}

/** The modifiers that a parameter has (R4 search.html#modifiers). `type` stands for `:[type]`. */
export function modifiersOf(parameter: SearchParameter): readonly SearchModifier[] {
  switch (parameter.type) {
    case 'id':
      return ['missing', 'not'];
    case 'date':
    case 'words':
      return ['missing'];
    case 'token':
      return parameter.bare === true ? ['missing', 'not'] : ['missing', 'not', 'text'];
    case 'string':
      return ['missing', 'exact', 'contains'];
    case 'uri':
      return ['missing', 'below', 'above'];
    case 'reference':
      return ['missing', 'type', 'identifier'];
  }
}

/** The one chain that references have: what it asks of the target is in the event itself. */
export const CHAIN = 'identifier';

function agents(event: AuditEvent): readonly Reference[] {
  return each(event.agent, (agent) => agent.who);
}

function entities(event: AuditEvent): readonly Reference[] {
  return each(event.entity, (entity) => entity.what);
}

const NONE: readonly never[] = [];

function present<Value>(value: Value | undefined): readonly Value[] {
  return value === undefined ? NONE : [value];
}

/** What the items have, where they have it. */
function each<Item, Value>(
  items: readonly Item[] | undefined,
  of: (item: Item) => Value | undefined,
): readonly Value[] {
  if (items === undefined) return NONE;
  const found: Value[] = [];
  for (let i = 0; i < items.length; i++) {
    const value = of(items[i] as Item);
    if (value !== undefined) found.push(value);
  }
  return found;
}

/** A list of primitives has null where there is only a twin. */
function texts(values: readonly (string | null)[] | undefined): string[] {
  return (values ?? []).filter((value) => value !== null);
}

function codes(code: string | undefined, system?: string): readonly Token[] {
  return code === undefined ? NONE : [{ system, code }];
}

function tokenOf({ system, code, display }: Coding): Token {
  return { system, code, text: display };
}

/**
 * An issuer may have a bar in it and a client never has: the last one parts them. Both compare to the letter (RFC 7519,
 * section 4.1.1; RFC 6749, section 1.9), so that no client passes for another.
 */
function senderToken(sender: string): Token {
  const bar = sender.lastIndexOf('|');
  return bar < 0 ? { code: sender } : { system: sender.slice(0, bar), code: sender.slice(bar + 1) };
}

/** Its text is there or not: a concept of but an extension is no missing one. */
function tokensOf({ coding = [], text }: CodeableConcept): Token[] {
  return [...coding.map(tokenOf), { text }];
}

function userNames({ who, altId, name }: AuditEvent['agent'][number]): string[] {
  const reference = who?.reference?.startsWith('#') === true ? undefined : who?.reference;
  return [reference, who?.identifier?.value, who?.display, altId, name].filter(
    (value) => value !== undefined,
  );
}

/** Every string and number in the event, its narrative without markup; the names of elements are not content. */
function contentTexts(event: AuditEvent, { text }: AboutEvent): string[] {
  const found: string[] = [];
  const hasNumbers = collectTexts(event, '', found);
  // Most events have none, and need not be read again for how they were written.
  if (!hasNumbers || text === undefined) return found;
  const exact: string[] = [];
  collectTexts(exactJson(text, event), '', exact);
  return exact;
}

/** Adds to `found`; whether there was a number. */
function collectTexts(value: unknown, name: string, found: string[]): boolean {
  if (typeof value === 'string') {
    found.push(name === 'div' ? narrativeText(value) : value);
    return false;
  }
  if (typeof value === 'number' || (typeof value === 'object' && JSON.isRawJSON(value))) {
    found.push(JSON.stringify(value));
    return true;
  }
  let hasNumbers = false;
  if (Array.isArray(value)) {
    for (const item of value) if (collectTexts(item, name, found)) hasNumbers = true;
  } else if (typeof value === 'object' && value !== null) {
    // Of what JSON is read to: its own members, and no others.
    for (const key in value) {
      if (key === 'resourceType') continue;
      if (collectTexts((value as Readonly<Record<string, unknown>>)[key], key, found)) hasNumbers = true;
    }
  }
  return hasNumbers;
}
