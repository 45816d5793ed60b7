/**
 * A part of an event, as `_elements` and `_summary` ask for it (R4 search.html#elements, #summary). What is kept is
 * kept whole and in its order, its numbers as written; a tag says that it is not all (R4: SUBSETTED).
 */
import { isObject } from '../schema/invariant.ts';
import { exactJson } from './exact-json.ts';

/** The elements of AuditEvent in R4 (4.0.1), without their children. */
export const BASE_ELEMENTS = [
  'id',
  'meta',
  'implicitRules',
  'language',
  'text',
  'contained',
  'extension',
  'modifierExtension',
  'type',
  'subtype',
  'action',
  'period',
  'recorded',
  'outcome',
  'outcomeDesc',
  'purposeOfEvent',
  'agent',
  'source',
  'entity',
] as const;

export type BaseElement = (typeof BASE_ELEMENTS)[number];

/** Base elements, or one of R4's summaries. */
export type Subset = { readonly elements: readonly BaseElement[] } | 'true' | 'text' | 'data';

type JsonObject = { readonly [key: string]: unknown };

/** All of an element, or those of its children. */
type Kept = 'whole' | readonly string[];
type KeptElements = { readonly [element: string]: Kept };

/** What every subset has, so that it is still an AuditEvent: elements that are 1..1 or 1..*, and their like. */
const MANDATORY: KeptElements = {
  resourceType: 'whole',
  id: 'whole',
  meta: 'whole',
  type: 'whole',
  recorded: 'whole',
  agent: ['requestor'],
  source: ['observer'],
};

/**
 * The elements that R4 marks as summary (isSummary in the StructureDefinition), with their parents. The modifier
 * extensions of agent.network and entity.detail are marked too, but modify what no summary has.
 */
const SUMMARY: KeptElements = {
  ...MANDATORY,
  implicitRules: 'whole',
  subtype: 'whole',
  action: 'whole',
  outcome: 'whole',
  outcomeDesc: 'whole',
  purposeOfEvent: 'whole',
  agent: ['modifierExtension', 'who', 'requestor'],
  source: ['modifierExtension', 'observer'],
  entity: ['modifierExtension', 'what', 'name', 'query'],
};

const SUBSETTED = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',
  code: 'SUBSETTED',
} as const;

/** The part of the event in `text` (JSON as it is stored) that `subset` names, tagged as a part. */
export function subsetText(text: string, subset: Subset): string {
  const event = exactJson(text, JSON.parse(text)) as JsonObject;
  return JSON.stringify(tagged(parts(event, (element) => keptOf(element, subset))));
}

function keptOf(element: string, subset: Subset): Kept | undefined {
  switch (subset) {
    case 'true':
      return own(SUMMARY, element);
    case 'text':
      return element === 'text' ? 'whole' : own(MANDATORY, element);
    case 'data':
      return element === 'text' ? undefined : 'whole';
    default:
      return subset.elements.some((named) => named === element) ? 'whole' : own(MANDATORY, element);
  }
}

/** The members of `value` that are kept; a primitive's twin (`_recorded`) goes the way of its primitive. */
function parts(value: JsonObject, keptOf: (name: string) => Kept | undefined): JsonObject {
  const members = Object.entries(value).flatMap(([key, member]): [string, unknown][] => {
    const kept = keptOf(key.startsWith('_') ? key.slice(1) : key);
    const part = kept === undefined ? undefined : keptPart(member, kept);
    return part === undefined ? [] : [[key, part]];
  });
  return Object.fromEntries(members);
}

/** What is kept of an element; undefined where that is nothing, as R4 JSON has no empty objects and arrays. */
function keptPart(value: unknown, kept: Kept): unknown {
  if (kept === 'whole') return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => keptPart(item, kept)).filter((item) => item !== undefined);
    return items.length === 0 ? undefined : items;
  }
  if (!isObject(value)) return undefined;
  const part = parts(value, (name) => (kept.includes(name) ? 'whole' : undefined));
  return Object.keys(part).length === 0 ? undefined : part;
}

function tagged(event: JsonObject): JsonObject {
  const meta = isObject(event.meta) ? event.meta : {};
  const tags: readonly unknown[] = Array.isArray(meta.tag) ? meta.tag : [];
  const isTagged = tags.some(
    (tag) => isObject(tag) && tag.system === SUBSETTED.system && tag.code === SUBSETTED.code,
  );
  return isTagged ? event : { ...event, meta: { ...meta, tag: [...tags, SUBSETTED] } };
}

function own(elements: KeptElements, name: string): Kept | undefined {
  return Object.hasOwn(elements, name) ? elements[name] : undefined;
}
