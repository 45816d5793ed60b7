/** Lists of terms as JSON, each term once. A term comes as JSON already, so that it is quoted once and not in every event. */

/** Above so many a set is quicker than looking through the list, and far quicker for the lists that somebody makes to be slow. */
const FEW = 8;

/** @param terms JSON strings */
export function jsonList(terms: readonly string[]): string {
  const [first] = terms;
  if (first === undefined) return '[]';
  if (terms.length === 1) return `[${first}]`;
  if (terms.length > FEW) return `[${[...new Set(terms)].join(',')}]`;
  let list = `[${first}`;
  for (let i = 1; i < terms.length; i++) {
    const term = terms[i] as string;
    if (terms.indexOf(term) === i) list += `,${term}`;
  }
  return `${list}]`;
}

/** The terms of two lists: those of both, and those of one alone. */
export function apart(one: readonly string[], other: readonly string[]) {
  const ofOne = new Set(one);
  const ofOther = new Set(other);
  return {
    both: one.filter((term) => ofOther.has(term)),
    one: one.filter((term) => !ofOther.has(term)),
    other: other.filter((term) => !ofOne.has(term)),
  };
}

/** Most lists have one value or two. */
export function distinct<Value>(values: readonly Value[]): readonly Value[] {
  return values.length > 1 ? [...new Set(values)] : values;
}
