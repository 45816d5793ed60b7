/**
 * What a row of the conformance suite is: a search, and by name which events it finds. Rows are written from the R4
 * specification (search.html) and the definitions of the parameters, never from what a server answers.
 */

/** What an event has beside, or instead of, what all of them have. */
export type Parts = Readonly<Record<string, object>>;

/** Names of events, or every name but these. */
export type Expected = readonly string[] | { readonly allBut: readonly string[] };

/** `{name}` in a query stands for the id that the event of this name was given. */
export type Row = readonly [query: string, expected: Expected];

export const allBut = (...names: readonly string[]): Expected => ({ allBut: names });

export const agent = (...parts: readonly object[]) => ({
  agent: parts.map((part) => ({ requestor: false, ...part })),
});

export const entity = (...parts: readonly object[]) => ({ entity: parts });
