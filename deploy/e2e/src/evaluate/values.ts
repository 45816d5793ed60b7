/**
 * Which elements of an event each search parameter is about: R4's expressions
 * (http://hl7.org/fhir/R4/auditevent.html#search), and the four parameters that are not R4's.
 */
import type { SearchParameterCode } from '@auditbox/fhir-core';
import {
  elementsAt,
  isList,
  isObject,
  type Json,
  type JsonObject,
  type Kept,
  textsAt,
  WrittenNumber,
} from './kept.ts';
import { visibleText } from './narrative.ts';
import { type Target, targetOf } from './target.ts';

export type Token = { readonly system: string | undefined; readonly code: string | undefined };

/** Where R4 says that the values of a parameter are. */
const PATHS: Partial<Record<SearchParameterCode, readonly string[]>> = {
  _id: ['id'],
  _lastUpdated: ['meta.lastUpdated'],
  _profile: ['meta.profile'],
  _security: ['meta.security'],
  _source: ['meta.source'],
  _tag: ['meta.tag'],
  _text: ['text'],
  action: ['action'],
  address: ['agent.network.address'],
  agent: ['agent.who'],
  'agent-name': ['agent.name'],
  'agent-role': ['agent.role'],
  'agent-type': ['agent.type'],
  altid: ['agent.altId'],
  date: ['recorded'],
  entity: ['entity.what'],
  'entity-name': ['entity.name'],
  'entity-role': ['entity.role'],
  'entity-type': ['entity.type'],
  outcome: ['outcome'],
  patient: ['agent.who', 'entity.what'],
  policy: ['agent.policy'],
  site: ['source.site'],
  source: ['source.observer'],
  subtype: ['subtype'],
  type: ['type'],
};

/** The systems of the codes that have them from a required binding. */
const IMPLIED: Partial<Record<SearchParameterCode, string>> = {
  action: 'http://hl7.org/fhir/audit-event-action',
  outcome: 'http://hl7.org/fhir/audit-event-outcome',
};

/** What is there for the parameter, whatever it is. */
export function valuesOf(code: SearchParameterCode, { event, sentId, sender }: Kept): readonly Json[] {
  if (code === 'sender') return [{ system: sender.issuer, code: sender.client }];
  if (code === 'sender-id') return sentId === undefined ? [] : [sentId];
  if (code === '_content') return [event];
  if (code === 'user') {
    const users = elementsAt(event, 'agent').filter((agent) => isObject(agent) && agent.requestor === true);
    const said = ['who.reference', 'who.identifier.value', 'who.display', 'altId', 'name'];
    // What is contained has a name only within its event.
    const isName = (path: string, text: string) => path !== 'who.reference' || !text.trim().startsWith('#');
    return users.flatMap((user) =>
      said.flatMap((path) => textsAt(user, path).filter((text) => isName(path, text))),
    );
  }
  const found = (PATHS[code] ?? []).flatMap((path) => elementsAt(event, path));
  if (code !== 'patient') return found;
  return found.filter((who) => isObject(who) && targetOf(who, event).types.includes('Patient'));
}

export function textsOf(code: SearchParameterCode, kept: Kept): string[] {
  return valuesOf(code, kept).filter((value) => typeof value === 'string');
}

/** Codes, Codings and the Codings of CodeableConcepts. */
export function tokensOf(code: SearchParameterCode, kept: Kept): Token[] {
  return valuesOf(code, kept).flatMap((value): Token[] => {
    if (typeof value === 'string') return [{ system: IMPLIED[code], code: value }];
    return [value, ...elementsAt(value, 'coding')].map((coding) => ({
      system: textsAt(coding, 'system')[0],
      code: textsAt(coding, 'code')[0],
    }));
  });
}

/** What people read in the place of a code. */
export function displaysOf(code: SearchParameterCode, kept: Kept): string[] {
  const paths = ['display', 'text', 'coding.display'];
  return valuesOf(code, kept).flatMap((value) => paths.flatMap((path) => textsAt(value, path)));
}

export function identifiersOf({ identifiers }: Target): Token[] {
  return identifiers.map((identifier) => ({
    system: textsAt(identifier, 'system')[0],
    code: textsAt(identifier, 'value')[0],
  }));
}

export function targetsOf(code: SearchParameterCode, kept: Kept): Target[] {
  return valuesOf(code, kept).flatMap((who) => (isObject(who) ? [targetOf(who, kept.event)] : []));
}

/** `_text`: the narrative; `_content`: every text and number of the resource. */
export function contentOf(code: SearchParameterCode, { event }: Kept): string[] {
  return code === '_text' ? textsAt(event, 'text.div').map(visibleText) : everyText(event);
}

function everyText(value: Json | undefined, name = ''): string[] {
  if (typeof value === 'string') return [name === 'div' ? visibleText(value) : value];
  if (typeof value === 'number') return [String(value)];
  if (value instanceof WrittenNumber) return [value.text];
  if (isList(value)) return value.flatMap((one) => everyText(one, name));
  if (!isObject(value)) return [];
  const members: JsonObject = value;
  return Object.keys(members).flatMap((key) => (key === 'resourceType' ? [] : everyText(members[key], key)));
}
