/**
 * The projection in plain words, one object made after the other and nothing remembered: what `project.ts` writes as text
 * has to be the same, to the character.
 */
import type { AuditEvent } from '../schema/audit-event.ts';
import { isObject } from '../schema/invariant.ts';
import type { Reference } from '../schema/reference.ts';
import {
  GRAMS_FIELD,
  MISSING_FIELD,
  SHARED_GRAMS,
  sortField,
  TERMS_FIELD,
  termIn,
  tokenTerm,
  typedTerm,
} from './document.ts';
import { type Folded, foldCode, foldLetters, foldText, isAscii } from './fold.ts';
import { gramsOf } from './grams.ts';
import { parseDateTime } from './instant.ts';
import {
  type AboutEvent,
  type ReferenceParameter,
  SEARCH_PARAMETER_CODES,
  type SearchParameter,
  type StringParameter,
  searchParameter,
  type Token,
  type TokenParameter,
} from './parameters.ts';
import type { Projection } from './project.ts';
import { foldString } from './project-strings.ts';
import { comparedCode } from './project-tokens.ts';
import {
  idTerm,
  isLogicalId,
  parseReferenceUrl,
  type ReferenceUrl,
  unversioned,
  versioned,
} from './reference-url.ts';
import { beginning, exactTerm, prefixTerm, textDigest } from './term.ts';
import { distinct } from './term-list.ts';
import { WORD_CHARS_MAX } from './words.ts';

/** What a parameter leaves: terms by field below its own, and its own field. */
type Left = { readonly terms: readonly Term[]; readonly own?: unknown };
type Term = readonly [field: string, value: string];

export function plainProjection(event: AuditEvent, about: AboutEvent): Projection {
  const terms: string[] = [];
  const fields: Record<string, unknown> = {};
  for (const code of SEARCH_PARAMETER_CODES) {
    const parameter = searchParameter(code);
    const left = leftBy(parameter, event, about);
    if (left === undefined) {
      terms.push(termIn(MISSING_FIELD, code));
      continue;
    }
    for (const [below, value] of left.terms)
      terms.push(termIn(below === '' ? parameter.field : `${parameter.field}.${below}`, value));
    if (parameter.type === 'words' || sortField(parameter) !== undefined) fields[parameter.field] = left.own;
  }
  return { ...fields, ...gramsOfStrings(event, about), [TERMS_FIELD]: terms };
}

/** Undefined where the event has no value of the parameter. */
function leftBy(parameter: SearchParameter, event: AuditEvent, about: AboutEvent): Left | undefined {
  switch (parameter.type) {
    case 'id': {
      const [id] = parameter.extract(event, about);
      if (id === undefined) return undefined;
      return { terms: parameter.field === 'id' ? [] : [['', exactTerm(id)]], own: exactTerm(id) };
    }
    case 'token':
      return leftByTokens(parameter, parameter.extract(event, about));
    case 'string':
      return leftByStrings(parameter, parameter.extract(event, about));
    case 'uri': {
      const uris = parameter.extract(event, about).map(exactTerm);
      return uris.length === 0 ? undefined : { terms: uris.map((uri) => ['', uri]), own: uris };
    }
    case 'words':
      return leftByWords(parameter.extract(event, about));
    case 'date':
      return leftByInstant(parameter.extract(event, about)[0]);
    case 'reference':
      return leftByReferences(parameter, parameter.extract(event, about), event);
  }
}

function leftByTokens(parameter: TokenParameter, tokens: readonly Token[]): Left | undefined {
  if (tokens.length === 0) return undefined;
  const compared = (code: string): string => comparedCode(parameter, code);
  const codes = tokens.flatMap(({ code }) => (code === undefined ? [] : [exactTerm(compared(code))]));
  const terms = tokens.flatMap((token) => [
    ...tokenTerms(token, { compared }),
    ...(token.text === undefined ? [] : foldedTerms('text.', foldText(token.text))),
  ]);
  return { terms, own: codes };
}

/** Both foldings of a text, in one place where they are the same. */
function foldedTerms(before: string, { spaced, solid }: Folded): Term[] {
  if (spaced === solid) return [[`${before}both`, prefixTerm(spaced)]];
  return [
    [`${before}spaced`, prefixTerm(spaced)],
    [`${before}solid`, prefixTerm(solid)],
  ];
}

/** The terms of a token; its code as it is `compared`, each term as `named` says. */
function tokenTerms(
  { system, code }: Token,
  { compared = foldCode, named = (term: string): string => term } = {},
): Term[] {
  const terms: Term[] = [];
  if (code !== undefined) {
    terms.push(['code', exactTerm(named(compared(code)))]);
    terms.push(['token', exactTerm(named(tokenTerm(system, compared(code))))]);
  }
  if (system !== undefined) terms.push(['system', exactTerm(named(system))]);
  return terms;
}

function leftByStrings(parameter: StringParameter, values: readonly string[]): Left | undefined {
  if (values.length === 0) return undefined;
  const terms = values.flatMap((value): Term[] => [
    ['exact', exactTerm(value)],
    ...foldedTerms('', foldString(parameter, value)),
  ]);
  return { terms, own: values.map((value) => prefixTerm(foldString(parameter, value).spaced)) };
}

/** Names that are of `user` and of `agent-name` are in a field that is of neither. */
function gramsOfStrings(event: AuditEvent, about: AboutEvent): object {
  const grams: Record<string, { both: string[]; spaced: string[]; solid: string[] }> = {};
  const parameters = SEARCH_PARAMETER_CODES.map(searchParameter).filter(({ type }) => type === 'string');
  const values = new Map(
    (parameters as StringParameter[]).map((parameter) => [parameter.field, parameter.extract(event, about)]),
  );
  const isShared = (value: string): boolean =>
    ['user', 'agent_name'].every((field) => values.get(field)?.includes(value) === true);
  for (const parameter of parameters as StringParameter[]) {
    for (const value of new Set(values.get(parameter.field))) {
      const isOfTwo = ['user', 'agent_name'].includes(parameter.field) && isShared(value);
      if (isOfTwo && parameter.field === 'user') continue;
      const field = isOfTwo ? SHARED_GRAMS : parameter.field;
      grams[field] ??= { both: [], spaced: [], solid: [] };
      const { spaced, solid } = foldString(parameter, value);
      if (spaced === solid) grams[field].both.push(gramsOf(spaced));
      else {
        grams[field].spaced.push(gramsOf(spaced));
        grams[field].solid.push(gramsOf(solid));
      }
    }
  }
  const { [SHARED_GRAMS]: shared, ...own } = grams;
  const all = shared === undefined ? own : { ...own, [SHARED_GRAMS]: shared };
  return Object.keys(all).length === 0 ? {} : { [GRAMS_FIELD]: all };
}

/** A narrative without a word is there all the same. Words between blanks beside what is not ASCII, or long, come last. */
function leftByWords(texts: readonly string[]): Left | undefined {
  if (texts.length === 0) return undefined;
  const words: string[][] = [[], []];
  for (const part of texts.flatMap((text) => text.split(' '))) {
    const found = foldLetters(part).match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
    const isUsual = isAscii(part) && found.every((word) => word.length <= WORD_CHARS_MAX);
    for (const word of found)
      words[isUsual ? 0 : 1]?.push(
        word.length > WORD_CHARS_MAX ? `${beginning(word, WORD_CHARS_MAX)}-${textDigest(word)}` : word,
      );
  }
  return { terms: [], own: words.flat().join(' ') };
}

/** R4 (search.html#date): an instant has no width. */
function leftByInstant(value: string | undefined): Left | undefined {
  const range = value === undefined ? undefined : parseDateTime(value);
  return range === undefined ? undefined : { terms: [], own: { micros: String(range.from) } };
}

function leftByReferences(
  { onlyType }: ReferenceParameter,
  references: readonly Reference[],
  event: AuditEvent,
): Left | undefined {
  const terms: Term[] = [];
  let found = false;
  for (const reference of references) {
    const target = reference.reference === undefined ? undefined : parseReferenceUrl(reference.reference);
    const contained = target?.kind === 'contained' ? containedTarget(event, target.id) : undefined;
    const types = typesOf(reference, target, contained);
    if (onlyType !== undefined && !types.includes(onlyType)) continue;
    found = true;
    const { url, id } = targetTerms(target, types);
    for (const each of url) terms.push(['url', exactTerm(each)]);
    const tokens = [...identifierTokens(reference.identifier), ...identifierTokens(contained?.identifier)];
    terms.push(...byField('identifier.', tokens));
    if (onlyType !== undefined) continue;
    for (const each of id) terms.push(['id', exactTerm(each)]);
    for (const type of types) terms.push(...byField('typed.', tokens, (term) => typedTerm(type, term)));
  }
  return found ? { terms } : undefined;
}

/** The terms of identifiers: their codes, then those with their systems, then their systems. */
function byField(before: string, tokens: readonly Token[], named = (term: string): string => term): Term[] {
  const terms = tokens.flatMap((token) => tokenTerms(token, { named }));
  return ['code', 'token', 'system'].flatMap((field) =>
    terms.filter(([of]) => of === field).map(([, value]): Term => [`${before}${field}`, value]),
  );
}

/** What names the target. `#p1` names nothing outside its event. */
function targetTerms(target: ReferenceUrl | undefined, types: readonly string[]) {
  if (target === undefined || target.kind === 'contained') return { url: [], id: [] };
  if (target.kind === 'other' && !isLogicalId(target.url)) return { url: [target.url], id: [] };
  const resource: { base: string; id: string; version?: string } =
    target.kind === 'other' ? { base: '', id: target.url } : target;
  // `bare` said to be a Patient is Patient/bare; and Client/1 said to be one is Patient/1 too.
  const url = types.flatMap((type) => [
    unversioned({ ...resource, type }),
    ...(resource.version === undefined ? [] : [versioned({ ...resource, type }, resource.version)]),
  ]);
  return { url, id: [idTerm(resource.base, resource.id)] };
}

type ContainedResource = NonNullable<AuditEvent['contained']>[number] & { readonly identifier?: unknown };

function containedTarget(event: AuditEvent, id: string): ContainedResource | undefined {
  return event.contained?.find((resource) => resource.id === id);
}

/** The types that the URL, the contained resource and `Reference.type` say the target is of. */
function typesOf(
  reference: Reference,
  target: ReferenceUrl | undefined,
  contained: ContainedResource | undefined,
): readonly string[] {
  const said = [
    target?.kind === 'resource' ? target.type : undefined,
    contained?.resourceType,
    reference.type?.replace('http://hl7.org/fhir/StructureDefinition/', ''),
  ];
  return distinct(said.filter((type) => type !== undefined));
}

/** One Identifier, or several, as R4 has them in references and in resources. */
function identifierTokens(identifier: unknown): Token[] {
  if (Array.isArray(identifier)) return identifier.flatMap(identifierTokens);
  if (!isObject(identifier)) return [];
  const { system, value } = identifier;
  return [{ system: textOf(system), code: textOf(value) }];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The values that terms have in a field. */
export function valuesIn(field: string, terms: readonly string[]): string[] {
  const start = termIn(field, '');
  return terms.filter((term) => term.startsWith(start)).map((term) => term.slice(start.length));
}
