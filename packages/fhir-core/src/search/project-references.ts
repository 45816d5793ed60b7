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
  /** All of it as JSON: what is written where it is the only one. */
  readonly alone: string;
};

/** A reference, and what its target is where the event has it. */
type Named = {
  readonly url: string | undefined;
  readonly type: string | undefined;
  readonly tokens: readonly Token[];
};

const memo = new Memo((named: Named) => termsOf(named, undefined), isSame, unitsOf);

/** More of an event are made again for each parameter: to look through all of a long list takes time in the square of it. */
const KNOWN_MAX = 16;

/** The references of one event, which several parameters have in common, and what each leaves. */
export class EventReferences {
  readonly #event: AuditEvent;
  readonly #known: Reference[] = [];
  readonly #terms: Terms[] = [];

  constructor(event: AuditEvent) {
    this.#event = event;
  }

  termsOf(reference: Reference): Terms {
    const at = this.#known.indexOf(reference);
    if (at >= 0) return this.#terms[at] as Terms;
    const terms = termsIn(this.#event, reference);
    if (this.#known.length < KNOWN_MAX) {
      this.#known.push(reference);
      this.#terms.push(terms);
    }
    return terms;
  }
}

/** JSON; undefined where there is no reference of the parameter's. */
export function projectReferences(
  { onlyType }: ReferenceParameter,
  references: readonly Reference[],
  known: EventReferences,
): string | undefined {
  const found: Terms[] = [];
  for (const reference of references) {
    const terms = known.termsOf(reference);
    if (onlyType === undefined || terms.types.includes(onlyType)) found.push(terms);
  }
  const [first] = found;
  if (first === undefined || found.length === 1) return first?.alone;
  const url: string[] = [];
  const id: string[] = [];
  const identifiers = found.filter(({ identifier }) => identifier !== NO_TERMS);
  const identifier = identifiers.length === 0 ? NO_TERMS : lists();
  const typed = identifiers.length === 0 ? NO_TERMS : lists();
  for (const terms of found) {
    addAll(url, terms.url);
    addAll(id, terms.id);
  }
  for (const terms of identifiers) {
    addTerms(identifier, terms.identifier);
    addTerms(typed, terms.typed);
  }
  return jsonOf({ url, id, identifier, typed });
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

/** Without the types, which are part of the terms. What is there in two forms counts twice. */
function unitsOf({ url, id, identifier, typed, alone }: Terms): number {
  return alone.length + lengthOf(url) + lengthOf(id) + lengthOfAll(identifier) + lengthOfAll(typed);
}

function lengthOfAll({ code, token, system }: TokenTerms): number {
  return lengthOf(code) + lengthOf(token) + lengthOf(system);
}

function lengthOf(terms: readonly string[]): number {
  let units = 0;
  for (const term of terms) units += term.length;
  return units;
}

function termsOf({ url, type: said, tokens: own }: Named, event: AuditEvent | undefined): Terms {
  const target = url === undefined ? undefined : parseReferenceUrl(url);
  const contained = target?.kind === 'contained' ? containedTarget(event, target.id) : undefined;
  const types = typesOf(said, target, contained);
  const tokens = contained === undefined ? own : [...own, ...identifierTokens(contained.identifier)];
  const terms = { ...targetTerms(target, types), ...identifierTerms(tokens, types) };
  return { types, ...terms, alone: jsonOf(terms) };
}

function identifierTerms(
  tokens: readonly Token[],
  types: readonly string[],
): Pick<Terms, 'identifier' | 'typed'> {
  if (tokens.length === 0) return { identifier: NO_TERMS, typed: NO_TERMS };
  const identifier = lists();
  const typed = lists();
  addTokens(identifier, tokens, (term) => term);
  for (const type of types) addTokens(typed, tokens, (term) => typedTerm(type, term));
  return { identifier, typed };
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
  const isNamed = target.kind === 'resource';
  const base = isNamed ? target.base : '';
  const id = isNamed ? target.id : target.url;
  const version = isNamed ? target.version : undefined;
  const url: string[] = [];
  // `bare` said to be a Patient is Patient/bare; and Client/1 said to be one is Patient/1 too.
  for (const type of types) {
    const named = { base, type, id };
    url.push(quoted(unversioned(named)));
    if (version !== undefined) url.push(quoted(versioned(named, version)));
  }
  return { url, id: [quoted(idTerm(base, id))] };
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
  const types: string[] = [];
  if (target?.kind === 'resource') types.push(target.type);
  if (contained?.resourceType !== undefined) types.push(contained.resourceType);
  if (said !== undefined) types.push(said.replace('http://hl7.org/fhir/StructureDefinition/', ''));
  return distinct(types);
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

/** What most references have of identifiers. */
const NO_TERMS: Lists = { code: [], token: [], system: [] };
const NO_TERMS_JSON = JSON.stringify(NO_TERMS);

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

function jsonOf({ url, id, identifier, typed }: Omit<Terms, 'types' | 'alone'>): string {
  return `{"url":${jsonList(url)},"id":${jsonList(id)},"identifier":${jsonTerms(identifier)},"typed":${jsonTerms(typed)}}`;
}

function jsonTerms(terms: TokenTerms): string {
  if (terms === NO_TERMS) return NO_TERMS_JSON;
  const { code, token, system } = terms;
  return `{"code":${jsonList(code)},"token":${jsonList(token)},"system":${jsonList(system)}}`;
}
