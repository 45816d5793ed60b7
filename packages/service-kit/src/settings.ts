/**
 * Settings from the environment: a table of TypeBox schemas, decoded once at start.
 *
 * All that is wrong is reported together, each in one sentence that names the setting and never its value. A
 * setting `NAME` can also be given as `NAME_FILE`, the path of a file that holds it (mounted secrets).
 */
import { readFileSync } from 'node:fs';
import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

/** Settings by the name the code has for them. */
export type SettingsTable = Readonly<Record<string, Setting>>;

export type Setting<Schema extends TSchema = TSchema> = {
  /** The environment variable. */
  readonly name: string;
  readonly schema: Schema;
};

export type SettingsOf<Table extends SettingsTable> = {
  readonly [Key in keyof Table]: Static<Table[Key]['schema']>;
};

export type DecodedSettings<Table extends SettingsTable> =
  | { readonly settings: SettingsOf<Table> }
  | { readonly problems: readonly string[] };

export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting; its schema's `default` makes it optional, its `description` documents it. */
export function setting<Schema extends TSchema>(name: string, schema: Schema): Setting<Schema> {
  return { name, schema };
}

/** A setting of several values, separated by commas. */
export function listOf<Item extends TSchema>(
  item: Item,
  options: { description: string; default?: string[] },
) {
  // What is set and holds nothing is a slip: a list of restrictions that is empty would restrict nobody.
  return Type.Array(item, { minItems: 1, ...options });
}

export function decodeSettings<Table extends SettingsTable>(
  table: Table,
  environment: Environment,
): DecodedSettings<Table> {
  const settings: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [key, { name, schema }] of Object.entries(table)) {
    const raw = rawValue(name, environment);
    if (typeof raw === 'object') problems.push(raw.problem);
    else if (raw === undefined && schema.default === undefined)
      problems.push(`${name} is not set: ${expected(schema)}.`);
    else if (raw === undefined) settings[key] = schema.default;
    else {
      const value = Value.Convert(schema, schema.type === 'array' ? splitList(raw) : raw);
      if (Value.Check(schema, value)) settings[key] = value;
      else problems.push(`${name} can't be read: ${expected(schema)}.`);
    }
  }
  return problems.length > 0 ? { problems } : { settings: settings as SettingsOf<Table> };
}

/** Holds what was decoded against rules about how settings go together; each gives all that is wrong by it. */
export function checkSettings<Table extends SettingsTable>(
  decoded: DecodedSettings<Table>,
  ...rules: readonly ((settings: SettingsOf<Table>) => readonly string[])[]
): DecodedSettings<Table> {
  if ('problems' in decoded) return decoded;
  const problems = rules.flatMap((rule) => rule(decoded.settings));
  return problems.length > 0 ? { problems } : decoded;
}

/** What a setting holds, and what it is called. */
export type NamedText = { readonly name: string; readonly text: string };

/** The texts of a table by its keys, for rules that say what is wrong with them. */
export function namedTexts<Table extends SettingsTable>(
  table: Table,
  settings: Readonly<Record<keyof Table, string>>,
): Readonly<Record<keyof Table, NamedText>> {
  const named = (key: keyof Table): NamedText => ({ name: table[key]?.name ?? '', text: settings[key] });
  return Object.fromEntries(Object.keys(table).map((key) => [key, named(key)])) as Record<
    keyof Table,
    NamedText
  >;
}

/** The rows of the table as Markdown, for the documentation. */
export function settingsMarkdown(table: SettingsTable): string {
  const rows = Object.values(table).map(({ name, schema }) => {
    return `| \`${name}\` | ${defaultMarkdown(schema)} | ${schema.description ?? ''} |`;
  });
  return ['| setting | default | what it does |', '| --- | --- | --- |', ...rows].join('\n');
}

function defaultMarkdown(schema: TSchema): string {
  if (schema.default === undefined) return 'required';
  const text = String(schema.default);
  return text === '' ? 'none' : `\`${text}\``;
}

function rawValue(name: string, environment: Environment): string | undefined | { readonly problem: string } {
  const [value, path] = [environment[name] || undefined, environment[`${name}_FILE`] || undefined];
  if (value !== undefined && path !== undefined) {
    return { problem: `${name} and ${name}_FILE are both set: only one can be.` };
  }
  if (path === undefined) return value;
  try {
    const text = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    return text === '' ? { problem: `${name}_FILE names a file that is empty.` } : text;
  } catch {
    return { problem: `${name}_FILE names a file that can't be read.` };
  }
}

function splitList(raw: string): string[] {
  return raw
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function expected(schema: TSchema): string {
  if (schema.anyOf !== undefined) {
    const options = (schema.anyOf as TSchema[]).map((option) =>
      option.const === undefined ? expected(option) : String(option.const),
    );
    return `one of ${options.join(', ')}`;
  }
  if (schema.type === 'boolean') return 'true or false';
  if (schema.type === 'array') return `a list of ${expected(schema.items as TSchema)}, separated by commas`;
  if (schema.type === 'integer') {
    const { minimum, maximum } = schema;
    return maximum === undefined
      ? `a whole number from ${minimum}`
      : `a whole number from ${minimum} to ${maximum}`;
  }
  return schema.examples === undefined ? 'text' : `for example ${String(schema.examples)}`;
}
