/**
 * Which origins CORS is for. An origin is written as browsers send it (RFC 6454, section 6.2): scheme, host and port
 * where it is not the scheme's own; no slash at its end. So it is compared whole, as text.
 */
import { Kind, Type, TypeRegistry } from '@sinclair/typebox';
import { setting } from '../settings.ts';

export const ANY_ORIGIN = '*';

/** Each is looked for at every request, and every answer depends on them. */
const ORIGINS_MAX = 100;
/** Characters: a host name has at most 253. */
const ORIGIN_CHARS_MAX = 300;

const WEB: readonly string[] = ['http:', 'https:'];

const ORIGINS = 'Origins';
TypeRegistry.Set(ORIGINS, (_schema, value) => isOrigins(value));

export const corsOrigins = setting(
  'AUDITBOX_CORS_ORIGIN_HEADERS',
  Type.Unsafe<string[]>({
    [Kind]: ORIGINS,
    type: 'array',
    items: Type.String({ examples: 'https://viewer.example.org' }),
    default: [],
    description:
      'Origins whose pages may use the API from a browser (CORS), separated by commas, or `*` alone for any. At gateway and query alike.',
  }),
);

/** Origins, or `*` alone. */
function isOrigins(value: unknown): boolean {
  if (!Array.isArray(value) || value.length > ORIGINS_MAX) return false;
  return value.includes(ANY_ORIGIN) ? value.length === 1 : value.every(isOrigin);
}

function isOrigin(text: unknown): boolean {
  if (typeof text !== 'string' || text.length > ORIGIN_CHARS_MAX || !URL.canParse(text)) return false;
  const { protocol, origin } = new URL(text);
  // A pattern is a host name to URL, and would be compared as one.
  return WEB.includes(protocol) && origin === text && !text.includes(ANY_ORIGIN);
}
