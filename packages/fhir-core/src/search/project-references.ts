/** The terms of references: every form that names the target, its logical id, its business identifiers. */
import type { AuditEvent } from '../schema/audit-event.ts';
import { isObject } from '../schema/invariant.ts';
import type { Reference } from '../schema/reference.ts';
import { tokenTerm, typedTerm } from './document.ts';
import { foldCode } from './fold.ts';
import { Memo } from './memo.ts';
import type { ReferenceParameter, Token } from './parameters.ts';
import { stringPrint } from './print.ts';
import { tokenPrint, tokenStarts } from './project-tokens.ts';
import {
  idTerm,
  isLogicalId,
  parseReferenceUrl,
  type ReferenceUrl,
  unversioned,
  versioned,
} from './reference-url.ts';
import { exactTerm } from './term.ts';
import { distinct, endingOf, type TermList, termStart } from './term-list.ts';

/** What one reference leaves behind: endings of terms. */
type Left = {
  readonly types: readonly string[];
  readonly url: readonly string[];
  readonly id: readonly string[];
  readonly identifier: Identified;
  /** Of each of `types`. */
  readonly typed: readonly Identified[];
};

type Identified = { readonly code: string[]; readonly token: string[]; readonly system: string[] };

/** A reference, and what its target is where the event has it. */
type Named = {
  readonly url: string | undefined;
  readonly type: string | undefined;
  readonly tokens: readonly Token[];
};

/** More identifiers have no print: they are not kept. */
const TOKENS_MAX = 4;

const memo = new Memo((named: Named) => leftBy(named, undefined), isSame, unitsOf);

/** Adds the terms of references; whether there is one of the parameter's. */
export function referenceProjector({ field, onlyType }: ReferenceParameter) {
  const urlStart = termStart(`${field}.url`);
  const idStart = termStart(`${field}.id`);
  const identifierStart = tokenStarts(`${field}.identifier`);
  const typedStart = tokenStarts(`${field}.typed`);
  return (references: readonly Reference[], event: AuditEvent, terms: TermList): boolean => {
    let found = false;
    for (const reference of references) {
      const { types, url, id, identifier, typed } = leftOf(reference, event);
      if (onlyType !== undefined && !types.includes(onlyType)) continue;
      found = true;
      terms.addAll(urlStart, url);
      addIdentified(terms, identifierStart, identifier);
      // Where only one type counts, its URL says the id, and its identifiers are all of them.
      if (onlyType !== undefined) continue;
      terms.addAll(idStart, id);
      for (const each of typed) addIdentified(terms, typedStart, each);
    }
    return found;
  };
}

function addIdentified(
  terms: TermList,
  start: ReturnType<typeof tokenStarts>,
  { code, token, system }: Identified,
): void {
  terms.addAll(start.code, code);
  terms.addAll(start.token, token);
  terms.addAll(start.system, system);
}

function leftOf({ reference: url, type, identifier }: Reference, event: AuditEvent): Left {
  const named = { url, type, tokens: identifierTokens(identifier) };
  // What is contained is looked for in its event.
  if (url?.includes('#') === true) return leftBy(named, event);
  return memo.get(named, printOf(named));
}

function printOf({ url, type, tokens }: Named): number {
  if (tokens.length > TOKENS_MAX) return 0;
  let print = stringPrint(type, stringPrint(url));
  for (const token of tokens) print = tokenPrint(token, print);
  return print;
}

function isSame(one: Named, other: Named): boolean {
  if (one.url !== other.url || one.type !== other.type || one.tokens.length !== other.tokens.length)
    return false;
  return one.tokens.every(({ system, code }, i) => {
    const token = other.tokens[i] as Token;
    return token.system === system && token.code === code;
  });
}

function unitsOf({ url, id, identifier, typed }: Left): number {
  const lists = [identifier, ...typed].flatMap(({ code, token, system }) => [code, token, system]);
  return [url, id, ...lists].flat().reduce((units, ending) => units + ending.length, 0);
}

function leftBy({ url, type: said, tokens: own }: Named, event: AuditEvent | undefined): Left {
  const target = url === undefined ? undefined : parseReferenceUrl(url);
  const contained = target?.kind === 'contained' ? containedTarget(event, target.id) : undefined;
  const types = typesOf(said, target, contained);
  const tokens = contained === undefined ? own : [...own, ...identifierTokens(contained.identifier)];
  return {
    types,
    ...targetTerms(target, types),
    identifier: identified(tokens, (term) => term),
    typed: types.map((type) => identified(tokens, (term) => typedTerm(type, term))),
  };
}

function identified(tokens: readonly Token[], named: (term: string) => string): Identified {
  const left: Identified = { code: [], token: [], system: [] };
  for (const { system, code } of tokens) {
    if (system !== undefined) left.system.push(ending(named(system)));
    if (code === undefined) continue;
    const compared = foldCode(code);
    left.code.push(ending(named(compared)));
    left.token.push(ending(named(tokenTerm(system, compared))));
  }
  return left;
}

/** What names the target. `#p1` names nothing outside its event. */
function targetTerms(target: ReferenceUrl | undefined, types: readonly string[]): Pick<Left, 'url' | 'id'> {
  if (target === undefined || target.kind === 'contained') return { url: [], id: [] };
  if (target.kind === 'other' && !isLogicalId(target.url)) return { url: [ending(target.url)], id: [] };
  const resource: { base: string; id: string; version?: string } =
    target.kind === 'other' ? { base: '', id: target.url } : target;
  const url: string[] = [];
  // `bare` said to be a Patient is Patient/bare; and Client/1 said to be one is Patient/1 too.
  for (const type of types) {
    const named = { ...resource, type };
    url.push(ending(unversioned(named)));
    if (resource.version !== undefined) url.push(ending(versioned(named, resource.version)));
  }
  return { url, id: [ending(idTerm(resource.base, resource.id))] };
}

type ContainedResource = NonNullable<AuditEvent['contained']>[number] & { readonly identifier?: unknown };

function containedTarget(event: AuditEvent | undefined, id: string): ContainedResource | undefined {
  return event?.contained?.find((resource) => resource.id === id);
}

/** The types that the URL, the contained resource and `Reference.type` say the target is of. */
function typesOf(
  said: string | undefined,
  target: ReferenceUrl | undefined,
  contained: ContainedResource | undefined,
): readonly string[] {
  const types = [
    target?.kind === 'resource' ? target.type : undefined,
    contained?.resourceType,
    said?.replace('http://hl7.org/fhir/StructureDefinition/', ''),
  ];
  return distinct(types.filter((type) => type !== undefined));
}

/** One Identifier, or several, as R4 has them in references and in resources. */
function identifierTokens(identifier: unknown): readonly Token[] {
  if (identifier === undefined) return NONE;
  if (Array.isArray(identifier)) return identifier.flatMap(identifierTokens);
  if (!isObject(identifier)) return NONE;
  const { system, value } = identifier;
  return [{ system: textOf(system), code: textOf(value) }];
}

const NONE: readonly Token[] = [];

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function ending(term: string): string {
  return endingOf(exactTerm(term));
}
