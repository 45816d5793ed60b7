/**
 * The projection: from an event, and what is about it, to the fields it is found by. Pure, total over valid events,
 * and the only place that decides under which values an event is found.
 */
import type { AuditEvent } from '../schema/audit-event.ts';
import type { Reference } from '../schema/reference.ts';
import { PRESENT_FIELD, type Projected, type Projection, tokenTerm } from './document.ts';
import { foldAddress, foldCode, foldText } from './fold.ts';
import { parseDateTime, startMs } from './instant.ts';
import {
  type AboutEvent,
  type ReferenceParameter,
  SEARCH_PARAMETER_CODES,
  type SearchParameter,
  type SearchParameterCode,
  type StringParameter,
  searchParameter,
  type Token,
} from './parameters.ts';
import { idTerm, parseReferenceUrl, type ReferenceUrl, unversioned, versioned } from './reference-url.ts';
import { exactTerm, prefixTerm } from './term.ts';

export function projectEvent(event: AuditEvent, about: AboutEvent): Projection {
  const present: SearchParameterCode[] = [];
  const fields: Record<string, Projected> = {};
  for (const code of SEARCH_PARAMETER_CODES) {
    const parameter = searchParameter(code);
    const projected = projectParameter(parameter, event, about);
    if (projected === undefined) continue;
    present.push(code);
    fields[parameter.field] = projected;
  }
  return { ...fields, [PRESENT_FIELD]: present };
}

/** The parameter's values, or undefined where the event has none. */
function projectParameter(
  parameter: SearchParameter,
  event: AuditEvent,
  about: AboutEvent,
): Projected | undefined {
  switch (parameter.type) {
    case 'id': {
      const [id] = parameter.extract(event, about);
      return id === undefined ? undefined : exactTerm(id);
    }
    case 'token':
      return projectTokens(parameter.extract(event, about));
    case 'string':
      return nonEmpty(
        parameter.extract(event, about).map((value) => prefixTerm(foldString(parameter, value))),
      );
    case 'uri':
      return nonEmpty(parameter.extract(event, about).map(exactTerm));
    case 'date':
      return projectDate(parameter.extract(event, about)[0]);
    case 'reference':
      return projectReferences(parameter, parameter.extract(event, about), event);
  }
}

/** Folds a value, or what is searched for, as the parameter says. */
export function foldString(parameter: StringParameter, value: string): string {
  return parameter.folding === 'address' ? foldAddress(value) : foldText(value);
}

function projectTokens(tokens: readonly Token[]): Projected | undefined {
  if (tokens.length === 0) return undefined;
  const code = new Set<string>();
  const token = new Set<string>();
  const system = new Set<string>();
  for (const { system: of, code: raw } of tokens) {
    if (of !== undefined) system.add(exactTerm(of));
    if (raw === undefined) continue;
    const folded = foldCode(raw);
    code.add(exactTerm(folded));
    token.add(exactTerm(tokenTerm(of, folded)));
  }
  return { code: [...code], token: [...token], system: [...system] };
}

function projectDate(value: string | undefined): Projected | undefined {
  const range = value === undefined ? undefined : parseDateTime(value);
  if (range === undefined) return undefined;
  return { at: startMs(range), from: String(range.from), to: String(range.to) };
}

function projectReferences(
  { onlyType }: ReferenceParameter,
  references: readonly Reference[],
  event: AuditEvent,
): Projected | undefined {
  const url = new Set<string>();
  const id = new Set<string>();
  let found = false;
  for (const reference of references) {
    const target = reference.reference === undefined ? undefined : parseReferenceUrl(reference.reference);
    if (onlyType !== undefined && !isOfType(onlyType, reference, target, event)) continue;
    found = true;
    if (target === undefined || target.kind === 'contained') continue; // `#p1` names nothing outside its event
    if (target.kind === 'other') {
      url.add(exactTerm(target.url));
      continue;
    }
    if (target.version !== undefined) url.add(exactTerm(versioned(target, target.version)));
    url.add(exactTerm(unversioned(target)));
    id.add(exactTerm(idTerm(target.base, target.id)));
  }
  return found ? { url: [...url], id: [...id] } : undefined;
}

/** Whether the URL, the contained resource or `Reference.type` says that the target is of `type`. */
function isOfType(
  type: string,
  reference: Reference,
  target: ReferenceUrl | undefined,
  event: AuditEvent,
): boolean {
  if (target?.kind === 'resource' && target.type === type) return true;
  if (reference.type?.replace('http://hl7.org/fhir/StructureDefinition/', '') === type) return true;
  if (target?.kind !== 'contained') return false;
  return (
    event.contained?.some((resource) => resource.id === target.id && resource.resourceType === type) === true
  );
}

function nonEmpty(values: readonly string[]): readonly string[] | undefined {
  return values.length === 0 ? undefined : [...new Set(values)];
}
