/**
 * The list of API keys as an operator writes it: each by its SHA-256, so that the file gives no key away.
 */
import { FormatRegistry, type Static, Type } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { PROBLEMS_MAX, type Problems, parseListed } from '../listed-file.ts';
import { CLIENT_PATTERN } from './caller.ts';
import { permissionsOf } from './scopes.ts';

/** One for each sender, and a second one while it is changed. */
const KEYS_MAX = 1000;
const SCOPE_CHARS_MAX = 2000;
const CLAIMS_MAX = 50;

/** RFC 6749, appendix A.4. */
const SCOPE_TOKEN = '[\\x21\\x23-\\x5b\\x5d-\\x7e]+';
const SCOPE = `^${SCOPE_TOKEN}(?: ${SCOPE_TOKEN})*$`;

/** RFC 3339, section 5.6, in the letters that it asks to be written; no leap seconds, which a clock does not have. */
const DATE_TIME =
  /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const DATE_TIME_FORMAT = 'rfc3339-date-time';
FormatRegistry.Set(DATE_TIME_FORMAT, isDateTime);

const ApiKey = Type.Object(
  {
    sha256: Type.String({ pattern: '^[0-9a-fA-F]{64}$' }),
    client: Type.String({ pattern: CLIENT_PATTERN }),
    scope: Type.String({ pattern: SCOPE, maxLength: SCOPE_CHARS_MAX }),
    expires: Type.Optional(Type.String({ format: DATE_TIME_FORMAT })),
    claims: Type.Optional(Type.Object({}, { additionalProperties: true, maxProperties: CLAIMS_MAX })),
  },
  { additionalProperties: false },
);
const list = TypeCompiler.Compile(Type.Array(ApiKey, { maxItems: KEYS_MAX }));

export type ApiKey = Static<typeof ApiKey>;

export type ParsedKeys = { readonly keys: readonly ApiKey[] } | Problems;

/** What stands in the file; the hashes in lower case. */
export function parseApiKeys(bytes: Uint8Array): ParsedKeys {
  const read = parseListed(bytes, list, { entriesMax: KEYS_MAX, entries: 'keys' });
  if ('problems' in read) return read;
  const keys = read.value.map((key) => ({ ...key, sha256: key.sha256.toLowerCase() }));
  const hashes = keys.map(({ sha256 }) => sha256);
  const again = hashes.flatMap((sha256, index) =>
    hashes.indexOf(sha256) < index ? [`/${index}/sha256 is there before.`] : [],
  );
  const useless = keys.flatMap(({ scope }, index) =>
    permissionsOf(scope).size === 0 ? [`/${index}/scope allows nothing here.`] : [],
  );
  const problems = [...again, ...useless];
  return problems.length > 0 ? { problems: problems.slice(0, PROBLEMS_MAX) } : { keys };
}

function isDateTime(text: string): boolean {
  const [, day] = DATE_TIME.exec(text) ?? [];
  if (day === undefined) return false;
  // Date rolls 30 February over into March.
  const midnight = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}
