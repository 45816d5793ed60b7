/** The terms of references: every form that names the target, its logical id, its business identifiers. */
import type { AuditEvent } from '../schema/audit-event.ts';
import { isObject } from '../schema/invariant.ts';
import type { Reference } from '../schema/reference.ts';
import { type TokenTerms, tokenTerm, typedTerm } from './document.ts';
import { foldCode } from './fold.ts';
import { Memo } from './memo.ts';
import type { ReferenceParameter, Token } from './parameters.ts';
import { stringPrint } from './print.ts';
import { areSame, tokensPrint } from './project-tokens.ts';
import {
  idTerm,
  isLogicalId,
  parseReferenceUrl,
  type ReferenceUrl,
  unversioned,
  versioned,
} from './reference-url.ts';
import { exactTerm } from './term.ts';
import { distinct, jsonList } from './term-list.ts';

/** What one reference leaves in each field, each term as JSON. */
type Terms = {
  readonly types: readonly string[];
  readonly url: readonly string[];
  readonly id: readonly string[];
  readonly identifier: TokenTerms;
  readonly typed: TokenTerms;
};

/** A reference, and what its target is where the event has it. */
type Named = {
  readonly url: string | undefined;
  readonly type: string | undefined;
  readonly tokens: readonly Token[];
};

const memo = new Memo((named: Named) => termsOf(named, undefined), isSame, unitsOf);

/** JSON; undefined where there is no reference of the parameter's. */
export function projectReferences(
  { onlyType }: ReferenceParameter,
  references: readonly Reference[],
  event: AuditEvent,
): string | undefined {
  const url: string[] = [];
  const id: string[] = [];
  const identifier = lists();
  const typed = lists();
  let found = false;
  for (const reference of references) {
    const terms = termsIn(event, reference);
    if (onlyType !== undefined && !terms.types.includes(onlyType)) continue;
    found = true;
    addAll(url, terms.url);
    addAll(id, terms.id);
    addTerms(identifier, terms.identifier);
    addTerms(typed, terms.typed);
  }
  if (!found) return undefined;
  return `{"url":${jsonList(url)},"id":${jsonList(id)},"identifier":${jsonTerms(identifier)},"typed":${jsonTerms(typed)}}`;
}

function termsIn(event: AuditEvent, { reference: url, type, identifier }: Reference): Terms {
  const named = { url, type, tokens: identifierTokens(identifier) };
  // What is contained is looked for in its event.
  if (url?.includes('#') === true) return termsOf(named, event);
  return memo.get(named, tokensPrint(named.tokens, stringPrint(type, stringPrint(url))));
}

function isSame(one: Named, other: Named): boolean {
  return one.url === other.url && one.type === other.type && areSame(one.tokens, other.tokens);
}

function unitsOf({ url, id, identifier, typed }: Terms): number {
  const lists = [identifier, typed].flatMap(({ code, token, system }) => [code, token, system]);
  return [url, id, ...lists].flat().reduce((units, term) => units + term.length, 0);
}

function termsOf({ url, type: said, tokens: own }: Named, event: AuditEvent | undefined): Terms {
  const target = url === undefined ? undefined : parseReferenceUrl(url);
  const contained = target?.kind === 'contained' ? containedTarget(event, target.id) : undefined;
  const types = typesOf(said, target, contained);
  const tokens = contained === undefined ? own : [...own, ...identifierTokens(contained.identifier)];
  const identifier = lists();
  const typed = lists();
  addTokens(identifier, tokens, (term) => term);
  for (const type of types) addTokens(typed, tokens, (term) => typedTerm(type, term));
  return { types, ...targetTerms(target, types), identifier, typed };
}

function addTokens(to: Lists, tokens: readonly Token[], named: (term: string) => string): void {
  for (const { system, code } of tokens) {
    if (system !== undefined) to.system.push(quoted(named(system)));
    if (code === undefined) continue;
    const compared = foldCode(code);
    to.code.push(quoted(named(compared)));
    to.token.push(quoted(named(tokenTerm(system, compared))));
  }
}

/** What names the target. `#p1` names nothing outside its event. */
function targetTerms(target: ReferenceUrl | undefined, types: readonly string[]): Pick<Terms, 'url' | 'id'> {
  if (target === undefined || target.kind === 'contained') return { url: [], id: [] };
  if (target.kind === 'other' && !isLogicalId(target.url)) return { url: [quoted(target.url)], id: [] };
  const resource: { base: string; id: string; version?: string } =
    target.kind === 'other' ? { base: '', id: target.url } : target;
  const url: string[] = [];
  // `bare` said to be a Patient is Patient/bare; and Client/1 said to be one is Patient/1 too.
  for (const type of types) {
    const named = { ...resource, type };
    url.push(quoted(unversioned(named)));
    if (resource.version !== undefined) url.push(quoted(versioned(named, resource.version)));
  }
  return { url, id: [quoted(idTerm(resource.base, resource.id))] };
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

function quoted(term: string): string {
  return JSON.stringify(exactTerm(term));
}

type Lists = { readonly code: string[]; readonly token: string[]; readonly system: string[] };

function lists(): Lists {
  return { code: [], token: [], system: [] };
}

function addTerms(to: Lists, { code, token, system }: TokenTerms): void {
  addAll(to.code, code);
  addAll(to.token, token);
  addAll(to.system, system);
}

function addAll(to: string[], terms: readonly string[]): void {
  for (const term of terms) to.push(term);
}

function jsonTerms({ code, token, system }: Lists): string {
  return `{"code":${jsonList(code)},"token":${jsonList(token)},"system":${jsonList(system)}}`;
}
