/**
 * The projection in plain words, one object made after the other and nothing remembered: what `project.ts` writes as text
 * has to be the same, to the character.
 */
import type { AuditEvent } from '../schema/audit-event.ts';
import { isObject } from '../schema/invariant.ts';
import type { Reference } from '../schema/reference.ts';
import {
  type FoldedTerms,
  PRESENT_FIELD,
  type Projected,
  type Projection,
  type SharedTerms,
  type TokenTerms,
  tokenTerm,
  typedTerm,
} from './document.ts';
import { type Folded, foldCode, foldText } from './fold.ts';
import { gramsOf } from './grams.ts';
import { parseDateTime } from './instant.ts';
import {
  type AboutEvent,
  type ReferenceParameter,
  SEARCH_PARAMETER_CODES,
  type SearchParameter,
  type SearchParameterCode,
  type StringParameter,
  searchParameter,
  type Token,
  type TokenParameter,
} from './parameters.ts';
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
import { exactTerm, prefixTerm } from './term.ts';
import { wordsOf } from './words.ts';

export function plainProjection(event: AuditEvent, about: AboutEvent): Projection {
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
      return projectTokens(parameter, parameter.extract(event, about));
    case 'string':
      return projectStrings(parameter, parameter.extract(event, about));
    case 'uri':
      return nonEmpty(parameter.extract(event, about).map(exactTerm));
    case 'words':
      return projectWords(parameter.extract(event, about));
    case 'date':
      return projectInstant(parameter.extract(event, about)[0]);
    case 'reference':
      return projectReferences(parameter, parameter.extract(event, about), event);
  }
}

function projectTokens(parameter: TokenParameter, tokens: readonly Token[]): Projected | undefined {
  if (tokens.length === 0) return undefined;
  const texts = tokens.flatMap(({ text }) => (text === undefined ? [] : [foldText(text)]));
  const compared = (code: string): string => comparedCode(parameter, code);
  return { ...tokenTerms(tokens, { compared }), text: foldedTerms(texts, prefixTerm) };
}

function foldedTerms(values: readonly Folded[], term: (folded: string) => string): FoldedTerms {
  const terms = { spaced: [] as string[], solid: [] as string[] };
  for (const { spaced, solid } of values) {
    const ofSpaced = term(spaced);
    terms.spaced.push(ofSpaced);
    terms.solid.push(solid === spaced ? ofSpaced : term(solid));
  }
  return { spaced: distinct(terms.spaced), solid: distinct(terms.solid) };
}

function sharedTerms({ spaced, solid }: FoldedTerms): SharedTerms {
  return {
    both: spaced.filter((term) => solid.includes(term)),
    spaced: spaced.filter((term) => !solid.includes(term)),
    solid: solid.filter((term) => !spaced.includes(term)),
  };
}

/** The terms of tokens; each code as it is `compared`, each term as `named` says. */
function tokenTerms(
  tokens: readonly Token[],
  { compared = foldCode, named = (term: string): string => term } = {},
): TokenTerms {
  const code: string[] = [];
  const token: string[] = [];
  const system: string[] = [];
  for (const { system: of, code: raw } of tokens) {
    if (of !== undefined) system.push(exactTerm(named(of)));
    if (raw === undefined) continue;
    const asCompared = compared(raw);
    code.push(exactTerm(named(asCompared)));
    token.push(exactTerm(named(tokenTerm(of, asCompared))));
  }
  return { code: distinct(code), token: distinct(token), system: distinct(system) };
}

function projectStrings(parameter: StringParameter, values: readonly string[]): Projected | undefined {
  if (values.length === 0) return undefined;
  const folded = values.map((value) => foldString(parameter, value));
  return {
    ...foldedTerms(folded, prefixTerm),
    exact: distinct(values.map(exactTerm)),
    grams: sharedTerms(foldedTerms(folded, gramsOf)),
  };
}

/** A narrative without a word is there all the same. */
function projectWords(texts: readonly string[]): Projected | undefined {
  if (texts.length === 0) return undefined;
  const words = new Set<string>();
  for (const text of texts) for (const word of wordsOf(text)) words.add(exactTerm(word));
  return [...words];
}

/** R4 (search.html#date): an instant has no width. */
function projectInstant(value: string | undefined): Projected | undefined {
  const range = value === undefined ? undefined : parseDateTime(value);
  return range === undefined ? undefined : { micros: String(range.from) };
}

function projectReferences(
  { onlyType }: ReferenceParameter,
  references: readonly Reference[],
  event: AuditEvent,
): Projected | undefined {
  const url = new Set<string>();
  const id = new Set<string>();
  const identifiers: { readonly type: string | undefined; readonly tokens: readonly Token[] }[] = [];
  let found = false;
  for (const reference of references) {
    const target = reference.reference === undefined ? undefined : parseReferenceUrl(reference.reference);
    const contained = target?.kind === 'contained' ? containedTarget(event, target.id) : undefined;
    const types = typesOf(reference, target, contained);
    if (onlyType !== undefined && !types.includes(onlyType)) continue;
    found = true;
    const tokens = [...identifierTokens(reference.identifier), ...identifierTokens(contained?.identifier)];
    for (const type of types.length === 0 ? [undefined] : types) identifiers.push({ type, tokens });
    if (target === undefined || target.kind === 'contained') continue; // `#p1` names nothing outside its event
    if (target.kind === 'other' && !isLogicalId(target.url)) {
      url.add(exactTerm(target.url));
      continue;
    }
    const resource: { base: string; id: string; version?: string } =
      target.kind === 'other' ? { base: '', id: target.url } : target;
    id.add(exactTerm(idTerm(resource.base, resource.id)));
    // `bare` said to be a Patient is Patient/bare; and Client/1 said to be one is Patient/1 too.
    for (const type of types) {
      url.add(exactTerm(unversioned({ ...resource, type })));
      if (resource.version !== undefined)
        url.add(exactTerm(versioned({ ...resource, type }, resource.version)));
    }
  }
  if (!found) return undefined;
  const typed = identifiers.flatMap(({ type, tokens }) =>
    type === undefined ? [] : [tokenTerms(tokens, { named: (term) => typedTerm(type, term) })],
  );
  return {
    url: [...url],
    id: [...id],
    identifier: tokenTerms(identifiers.flatMap(({ tokens }) => tokens)),
    typed: {
      code: distinct(typed.flatMap(({ code }) => code)),
      token: distinct(typed.flatMap(({ token }) => token)),
      system: distinct(typed.flatMap(({ system }) => system)),
    },
  };
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

/** Most lists have one value or two. */
function distinct<Value>(values: readonly Value[]): Value[] {
  return values.length > 1 ? [...new Set(values)] : [...values];
}

function nonEmpty(values: readonly string[]): readonly string[] | undefined {
  return values.length === 0 ? undefined : distinct(values);
}
