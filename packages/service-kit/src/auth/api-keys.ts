/**
 * API keys, for senders that can only set a fixed header: without them an expiring token would stop such a sender for
 * ever. The file that lists them is looked at once a second, and read again when it changed; what can't be read then
 * changes nothing, so that a slip of the pen locks nobody out. A key that is taken off the list is one no more.
 */
import { open, stat } from 'node:fs/promises';
import { FILE_BYTES_MAX } from '../listed-file.ts';
import type { Logger } from '../logger.ts';
import { type ApiKey, parseApiKeys } from './api-key-list.ts';
import { API_KEY_ISSUER, type Caller, type Permission } from './caller.ts';

/** Milliseconds between looks at the file. Not watched: a mounted secret changes by a link that is moved elsewhere. */
const LOOK_INTERVAL_MS = 1000;

export type ApiKeys = AsyncDisposable & {
  /** Whose key it is by its SHA-256 in lower case hexadecimal; undefined for one that is unknown or expired. */
  readonly find: (sha256Hex: string) => Caller | undefined;
};

export type ApiKeysOptions = {
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly permissionsOf: (scope: string) => ReadonlySet<Permission>;
  readonly lookIntervalMs?: number;
};

/** The list of keys can't be read, or is wrong. `problems` name places, never what stands there. */
export class ApiKeysError extends Error {
  override readonly name = 'ApiKeysError';
  readonly code: 'api-keys-unreadable' | 'api-keys-invalid';
  readonly problems: readonly string[];

  constructor(code: ApiKeysError['code'], problems: readonly string[], options?: ErrorOptions) {
    super(`The list of API keys is of no use. ${problems.join(' ')}`, options);
    this.code = code;
    this.problems = problems;
  }
}

type Entry = { readonly caller: Caller; readonly expiresMs: number };
type Entries = ReadonlyMap<string, Entry>;

/** Reads the keys of the file at `path`, and again whenever it changes. Rejects with an ApiKeysError. */
export async function openApiKeys(path: string, options: ApiKeysOptions): Promise<ApiKeys> {
  const { logger, now = Date.now, permissionsOf, lookIntervalMs = LOOK_INTERVAL_MS } = options;
  let seen = await versionOf(path);
  let entries = entriesOf(await readKeys(path), permissionsOf);
  logger.info(countsOf(entries), 'API keys are read');

  const look = async (): Promise<void> => {
    const version = await versionOf(path);
    if (version === seen) return;
    seen = version;
    try {
      entries = entriesOf(await readKeys(path), permissionsOf);
      logger.info(countsOf(entries), 'API keys are read again');
    } catch (error) {
      const { problems } = error as Partial<ApiKeysError>;
      logger.error({ err: error, problems }, 'API keys have changed and are of no use; those of before stay');
    }
  };

  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
  }, lookIntervalMs).unref();
  return {
    find: (sha256Hex) => {
      const entry = entries.get(sha256Hex);
      return entry !== undefined && now() < entry.expiresMs ? entry.caller : undefined;
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}

function entriesOf(
  keys: readonly ApiKey[],
  permissionsOf: (scope: string) => ReadonlySet<Permission>,
): Entries {
  return new Map(
    keys.map(({ sha256, client, scope, expires, claims = {} }) => {
      const caller = { issuer: API_KEY_ISSUER, client, permissions: permissionsOf(scope), claims };
      return [sha256, { caller, expiresMs: expires === undefined ? Infinity : Date.parse(expires) }];
    }),
  );
}

function countsOf(entries: Entries): { readonly keys: number; readonly clients: number } {
  const clients = new Set([...entries.values()].map(({ caller }) => caller.client));
  return { keys: entries.size, clients: clients.size };
}

/**
 * What changes when the file does: another file behind the links, or other contents, times or rights of this one.
 * Undefined where there is none.
 */
async function versionOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join();
  } catch {
    return undefined;
  }
}

async function readKeys(path: string): Promise<readonly ApiKey[]> {
  const parsed = parseApiKeys(await readBounded(path));
  if ('problems' in parsed) throw new ApiKeysError('api-keys-invalid', parsed.problems);
  return parsed.keys;
}

/** All of a file of bounded size; nothing of a pipe or a device, which may never end. */
async function readBounded(path: string): Promise<Uint8Array> {
  try {
    if (!(await stat(path)).isFile()) throw new Error('no file');
    await using file = await open(path);
    const bytes = Buffer.alloc(FILE_BYTES_MAX + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
      length += bytesRead;
      if (bytesRead === 0) return bytes.subarray(0, length);
      if (length > FILE_BYTES_MAX) {
        throw new ApiKeysError('api-keys-invalid', [`It has more than ${FILE_BYTES_MAX} bytes.`]);
      }
    }
  } catch (cause) {
    if (cause instanceof ApiKeysError) throw cause;
    throw new ApiKeysError('api-keys-unreadable', ['There is no file that can be read.'], { cause });
  }
}
