/**
 * Makes src/schema/r4/definitions.json from HL7's own packages of FHIR R4, 4.0.1. By hand, in this folder:
 *
 *   for p in examples expansions; do (mkdir -p /tmp/r4/$p; cd /tmp/r4/$p; tar xzf $(npm pack -s hl7.fhir.r4.$p@4.0.1)); done
 *   node scripts/r4-definitions.ts /tmp/r4/examples/package /tmp/r4/expansions/package
 *
 * The same packages give the same file, byte for byte. What its rows mean is told in src/schema/r4/README.md.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type ElementDefinition = {
  readonly path: string;
  readonly min: number;
  readonly max: string;
  readonly type?: readonly { readonly code: string; readonly profile?: readonly string[] }[];
  readonly contentReference?: string;
  readonly binding?: { readonly strength: string; readonly valueSet?: string };
};

type StructureDefinition = {
  readonly url: string;
  readonly fhirVersion: string;
  readonly type: string;
  readonly kind: string;
  readonly abstract: boolean;
  readonly derivation?: string;
  readonly snapshot: { readonly element: readonly ElementDefinition[] };
};

type ValueSet = {
  readonly url: string;
  readonly compose: { readonly include: readonly { readonly concept?: readonly unknown[] }[] };
  readonly expansion: {
    readonly total?: number;
    readonly contains?: readonly { readonly system: string; readonly code: string }[];
  };
};

type Rows = Record<string, string>;

const FHIR_VERSION = '4.0.1';
const CORE = 'http://hl7.org/fhir/StructureDefinition/';
const OWN_CODE_SYSTEM = /^http:\/\/(hl7\.org\/fhir|terminology\.hl7\.org\/CodeSystem)\//;
/** No element is called so. */
const EXTENDS = '@extends';

/** The elements that come with a base type and are said once, by it. */
const BASES = ['Element', 'BackboneElement', 'Resource', 'DomainResource'] as const;
/** A profile that R4 uses as a type of its own: a Quantity without a comparator. */
const SIMPLE_QUANTITY = 'SimpleQuantity';

/** What the snapshots call `http://hl7.org/fhirpath/System.String`, by the R4 page of the type. */
const SYSTEM_STRINGS: Record<string, string> = {
  'Resource.id': 'id',
  'Element.id': 'string',
  'Extension.url': 'uri',
};

const [definitionsFolder, expansionsFolder] = process.argv.slice(2);
if (definitionsFolder === undefined || expansionsFolder === undefined) {
  throw new Error(
    'usage: node scripts/r4-definitions.ts <hl7.fhir.r4.examples folder> <hl7.fhir.r4.expansions folder>',
  );
}

const structures = read<StructureDefinition>(definitionsFolder, 'StructureDefinition-').filter(isType);
const valueSets = new Map(read<ValueSet>(expansionsFolder, 'ValueSet-').map((set) => [set.url, set]));
const usedCodes = new Map<string, string>();
const types = new Map<string, Rows>();

for (const base of BASES) {
  const parent = { BackboneElement: 'Element', DomainResource: 'Resource' }[base as string];
  const own = rowsOf(structure(base), base, inheritedBy(parent));
  types.set(base, parent === undefined ? own : { [EXTENDS]: parent, ...own });
}
for (const definition of structures) {
  const name = nameOf(definition);
  if ((BASES as readonly string[]).includes(name)) continue;
  for (const path of [definition.type, ...pathsWithin(definition)]) {
    const base = baseOf(definition, path);
    const own = rowsOf(definition, path, inheritedBy(base));
    types.set(path === definition.type ? name : path, { [EXTENDS]: base, ...own });
  }
}

writeFileSync(
  new URL('../src/schema/r4/definitions.json', import.meta.url),
  `${JSON.stringify({ fhirVersion: FHIR_VERSION, types: sorted(types), codes: sorted(usedCodes) }, null, 2)}\n`,
);

function isType(definition: StructureDefinition): boolean {
  if (definition.fhirVersion !== FHIR_VERSION) return false;
  if (nameOf(definition) === SIMPLE_QUANTITY) return true;
  const own = definition.derivation === 'specialization' || definition.abstract;
  return own && ['complex-type', 'resource'].includes(definition.kind);
}

function nameOf({ url }: StructureDefinition): string {
  return url.replace(CORE, '');
}

function structure(name: string): StructureDefinition {
  const found = structures.find((definition) => nameOf(definition) === name);
  if (found === undefined) throw new Error(`no StructureDefinition of ${name}`);
  return found;
}

/** The paths of the elements that have elements of their own, such as `Patient.contact`. */
function pathsWithin({ snapshot }: StructureDefinition): string[] {
  return snapshot.element.slice(1).flatMap(({ path, type }) => {
    return type?.length === 1 && ['BackboneElement', 'Element'].includes(type[0]?.code ?? '') ? [path] : [];
  });
}

/** The nearest base whose elements are all there. */
function baseOf(definition: StructureDefinition, path: string): string {
  const names = new Set(childrenOf(definition, path).map((child) => lastOf(child.path)));
  const isResource = definition.kind === 'resource' && path === definition.type;
  const candidates = isResource ? ['DomainResource', 'Resource'] : ['BackboneElement', 'Element'];
  const base = candidates.find((name) =>
    Object.keys(inheritedBy(name)).every((element) => names.has(element)),
  );
  if (base === undefined) throw new Error(`${path} has no base`);
  return base;
}

/** All elements that a type has from `base`, and what is above it. */
function inheritedBy(base: string | undefined): Rows {
  const { [EXTENDS]: above, ...own } = types.get(base ?? '') ?? {};
  return above === undefined ? own : { ...inheritedBy(above), ...own };
}

function rowsOf(definition: StructureDefinition, path: string, inherited: Rows): Rows {
  const rows: Rows = {};
  for (const child of childrenOf(definition, path)) {
    const name = lastOf(child.path);
    if (!(name in inherited)) rows[name] = rowOf(child);
  }
  return rows;
}

function childrenOf({ snapshot }: StructureDefinition, path: string): ElementDefinition[] {
  return snapshot.element.filter(
    (child) => child.path.startsWith(`${path}.`) && !child.path.slice(path.length + 1).includes('.'),
  );
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

function rowOf(element: ElementDefinition): string {
  const { path, min, max, type = [], contentReference } = element;
  const names =
    contentReference !== undefined ? [contentReference.slice(1)] : type.map((one) => typeName(path, one));
  const codes = names.length === 1 && names[0] === 'code' ? boundCodes(element) : undefined;
  return `${min}..${max} ${names.join('|')}${codes === undefined ? '' : ` =${codes}`}`;
}

function typeName(
  path: string,
  { code, profile }: { readonly code: string; readonly profile?: readonly string[] },
): string {
  if (profile?.includes(`${CORE}${SIMPLE_QUANTITY}`)) return SIMPLE_QUANTITY;
  if (code === 'Element' || code === 'BackboneElement') return path;
  if (!code.startsWith('http://hl7.org/fhirpath/')) return code;
  return SYSTEM_STRINGS[path] ?? 'string';
}

/**
 * The name of the value set that `element` is bound to, where HL7 closed it: the whole expansion is there and of HL7's
 * own code systems, or the set lists its codes one by one. Media types and currencies are others' to add to.
 */
function boundCodes({ binding }: ElementDefinition): string | undefined {
  const url = binding?.strength === 'required' ? binding.valueSet?.split('|')[0] : undefined;
  const set = valueSets.get(url ?? '');
  if (url === undefined || set === undefined) return undefined;
  const { total, contains = [] } = set.expansion;
  const isOwn = total === contains.length && contains.every(({ system }) => OWN_CODE_SYSTEM.test(system));
  if (!isOwn && !set.compose.include.every(({ concept }) => concept !== undefined)) return undefined;
  const name = url.slice(url.lastIndexOf('/') + 1);
  usedCodes.set(name, [...new Set(contains.map(({ code }) => code))].join(' '));
  return name;
}

function read<Resource>(folder: string, prefix: string): Resource[] {
  const files = readdirSync(folder).filter((file) => file.startsWith(prefix) && file.endsWith('.json'));
  return files.map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
}

function sorted<Value>(entries: ReadonlyMap<string, Value>): Record<string, Value> {
  return Object.fromEntries([...entries].toSorted(([left], [right]) => (left < right ? -1 : 1)));
}
