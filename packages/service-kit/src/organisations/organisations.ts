/**
 * The organisations that events belong to: which is above which, and which of them a caller may use. Ids are compared
 * as searches compare codes, without regard to case: otherwise what a caller may not send would be found as its own.
 */
import { foldCode, pointed, RESTRICTION_VALUES_MAX } from '@auditbox/fhir-core';
import { ORGANISATION_CHARS_MAX, type Organisation } from './organisation-list.ts';

/** Which organisations a caller may use: all, none, or some. */
export type Bound = 'unbound' | 'refused' | OrganisationSet;

export type OrganisationSet = {
  readonly has: (id: string) => boolean;
  /** As searches compare them, in one order. */
  readonly folded: readonly string[];
};

export type Organisations = {
  /** The organisation above, as the list writes it; undefined: none, or none is known. */
  readonly parentOf: (id: string) => string | undefined;
  /** Whether the list has it. */
  readonly isKnown: (id: string) => boolean;
  /** What a caller with these claims may use: the organisations that they name, and all below them. */
  readonly boundTo: (claims: Readonly<Record<string, unknown>>) => Bound;
};

export type BindingRules = {
  /** Where in the claims the organisations are; undefined: nobody is bound. */
  readonly path: readonly string[] | undefined;
  /** What becomes of a caller whose claims have nothing there. */
  readonly withoutClaim: 'refuse' | 'allow';
};

export function organisationsOf(
  list: readonly Organisation[],
  { path, withoutClaim }: BindingRules,
): Organisations {
  const parents = new Map(list.map(({ id, parent }) => [foldCode(id), parent]));
  const children = Map.groupBy(
    list.flatMap(({ id, parent }) =>
      parent === undefined ? [] : [{ id: foldCode(id), parent: foldCode(parent) }],
    ),
    ({ parent }) => parent,
  );
  const spelled = new Map(list.map(({ id }) => [foldCode(id), id]));

  const withBelow = (named: readonly string[]): OrganisationSet => {
    const all = new Set(named.map(foldCode));
    // A Set goes on to what is added while it is walked; there are no circles, and if there were they would end.
    for (const id of all) for (const child of children.get(id) ?? []) all.add(child.id);
    return { has: (id) => all.has(foldCode(id)), folded: [...all].toSorted() };
  };

  return {
    parentOf: (id) => {
      const parent = parents.get(foldCode(id));
      return parent === undefined ? undefined : spelled.get(foldCode(parent));
    },
    isKnown: (id) => parents.has(foldCode(id)),
    boundTo: (claims) => {
      if (path === undefined) return 'unbound';
      const found = pointed(claims, path);
      if (found === 'absent') return withoutClaim === 'allow' ? 'unbound' : 'refused';
      const named = typeof found === 'object' ? idsOf(found.value) : undefined;
      // What is not understood of a claim never widens what may be used.
      return named === undefined ? 'refused' : withBelow(named);
    },
  };
}

/** An id, or an array of nothing else; neither none nor too many. */
function idsOf(claim: unknown): readonly string[] | undefined {
  const ids: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  if (ids.length === 0 || ids.length > RESTRICTION_VALUES_MAX) return undefined;
  return ids.every(isId) ? ids : undefined;
}

function isId(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value !== '' &&
    value.length <= ORGANISATION_CHARS_MAX &&
    value.isWellFormed()
  );
}
