/**
 * FHIR R4's own definitions (definitions.json), read row by row. What the rows mean is told in README.md.
 *
 * Names come from clients too (`resourceType`), so a name is looked up as an own key, never as a property.
 */
import definitions from './definitions.json' with { type: 'json' };

/** One element of a type, with all that its row says. */
export type ElementRow = {
  /** `deceased` for `deceased[x]`. */
  readonly name: string;
  /** Whether it stands in JSON under its name and one of its types, such as `deceasedBoolean`. */
  readonly isChoice: boolean;
  readonly isRequired: boolean;
  /** Whether it may repeat, and so is an array in JSON. */
  readonly isList: boolean;
  /** Names of primitives, datatypes, or of elements in this table. */
  readonly types: readonly string[];
  /** The only codes that there are, where a required binding says so. */
  readonly binding?: { readonly valueSet: string; readonly codes: readonly string[] };
};

type Rows = Readonly<Record<string, string>>;

const EXTENDS = '@extends';
const ABSTRACT = new Set(['Resource', 'DomainResource']);

const TYPES = new Map<string, Rows>(Object.entries(definitions.types));
const CODES = new Map<string, string>(Object.entries(definitions.codes));

/** The name of each type that has rows: resources, datatypes, and elements with elements of their own. */
export function definedTypes(): string[] {
  return [...TYPES.keys()];
}

/** What `type` is made after, such as `DomainResource`. */
export function baseOf(type: string): string | undefined {
  return TYPES.get(type)?.[EXTENDS];
}

/** Whether R4 defines resources of this type. */
export function isResourceType(type: string): boolean {
  return !ABSTRACT.has(type) && ABSTRACT.has(baseOf(type) ?? '');
}

/** The elements of `type` beside those of its base, in R4's order. */
export function elementRows(type: string): ElementRow[] {
  const rows = TYPES.get(type);
  if (rows === undefined) throw new Error(`R4 does not define ${type}`);
  return Object.entries(rows).flatMap(([name, row]) => (name === EXTENDS ? [] : [elementRow(name, row)]));
}

function elementRow(name: string, row: string): ElementRow {
  const [cardinality = '', types = '', binding] = row.split(' ');
  const valueSet = binding?.slice(1) ?? '';
  const codes = CODES.get(valueSet)?.split(' ');
  return {
    name: name.replace('[x]', ''),
    isChoice: name.endsWith('[x]'),
    isRequired: cardinality.startsWith('1'),
    isList: cardinality.endsWith('*'),
    types: types.split('|'),
    ...(codes && { binding: { valueSet, codes } }),
  };
}
