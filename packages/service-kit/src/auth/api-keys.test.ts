/** On real files: written in place, renamed over each other, and mounted as Kubernetes mounts secrets. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../logger.ts';
import { openApiKeys } from './api-keys.ts';
import type { Permission } from './caller.ts';

const LOOK_INTERVAL_MS = 20;
const DEADLINE = { timeout: 10_000, interval: 10 };

let folder: string;
let lines: { readonly level: string; readonly msg: string; readonly [name: string]: unknown }[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auditbox-keys-'));
  lines = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');
const entry = (key: string, more: object = {}) => ({
  sha256: sha256(key),
  client: 'aidbox',
  scope: 'system/AuditEvent.c',
  ...more,
});
const text = (...entries: object[]) => JSON.stringify(entries);
const permissionsOf = (scope: string): ReadonlySet<Permission> =>
  new Set(scope === 'system/AuditEvent.c' ? ['create'] : []);

const opened = (path: string, now?: () => number) =>
  openApiKeys(path, {
    logger: createLogger('test', 'info', { write: (line) => lines.push(JSON.parse(line)) }),
    permissionsOf,
    lookIntervalMs: LOOK_INTERVAL_MS,
    ...(now !== undefined && { now }),
  });

/** Until as many lines of `level` are there; the last of them. */
async function logged(level: string, count = 1) {
  const of = () => lines.filter((line) => line.level === level);
  await vi.waitFor(() => expect(of()).toHaveLength(count), DEADLINE);
  return of()[count - 1];
}

describe('openApiKeys', () => {
  it('tells whose key it is, what it may do and what its entry says', async () => {
    const path = join(folder, 'keys.json');
    writeFileSync(path, text(entry('one', { claims: { site: 'north' } }), entry('two', { client: 'b' })));
    await using keys = await opened(path);
    expect(keys.find(sha256('one'))).toEqual({
      issuer: 'urn:auditbox:api-key',
      client: 'aidbox',
      permissions: new Set(['create']),
      claims: { site: 'north' },
    });
    expect(keys.find(sha256('two'))).toMatchObject({ client: 'b', claims: {} });
    expect(keys.find(sha256('three'))).toBeUndefined();
    expect(keys.find('one')).toBeUndefined();
    expect(lines).toMatchObject([{ level: 'info', keys: 2, clients: 2 }]);
  });

  it('knows a key until the millisecond that it expires at', async () => {
    const path = join(folder, 'keys.json');
    writeFileSync(path, text(entry('one', { expires: '2027-01-01T01:00:00.500+01:00' })));
    const expires = Date.UTC(2027, 0, 1, 0, 0, 0, 500);
    let now = expires - 1;
    await using keys = await opened(path, () => now);
    expect(keys.find(sha256('one'))).toBeDefined();
    now = expires;
    expect(keys.find(sha256('one'))).toBeUndefined();
  });

  it.each<[string, (path: string) => void, object]>([
    [
      'is not there',
      () => undefined,
      { code: 'api-keys-unreadable', problems: ['There is no file that can be read.'] },
    ],
    ['is a folder', (path) => mkdirSync(path), { code: 'api-keys-unreadable' }],
    ['is no JSON', (path) => writeFileSync(path, '[Erika'), { code: 'api-keys-invalid' }],
    [
      'is wrong',
      (path) => writeFileSync(path, text(entry('one'), entry('two', { scope: '' }))),
      { code: 'api-keys-invalid', problems: ['/1/scope is not what it has to be.'] },
    ],
    [
      'is too large',
      (path) => writeFileSync(path, `[]${' '.repeat(1024 * 1024 - 1)}`),
      { code: 'api-keys-invalid', problems: ['It has more than 1048576 bytes.'] },
    ],
  ])('rejects where the file %s', async (_what, make, error) => {
    const path = join(folder, 'keys.json');
    make(path);
    await expect(opened(path)).rejects.toMatchObject(error);
  });

  it('takes a file at its bound', async () => {
    const path = join(folder, 'keys.json');
    writeFileSync(path, `[]${' '.repeat(1024 * 1024 - 2)}`);
    await using keys = await opened(path);
    expect(keys.find(sha256('one'))).toBeUndefined();
  });
});

describe('a change of the file', () => {
  /** Each gives how the file gets its next contents. */
  const WAYS: Readonly<Record<string, (path: string) => (contents: string) => void>> = {
    'written in place': (path) => (contents) => writeFileSync(path, contents),
    'renamed over it': (path) => (contents) => {
      writeFileSync(`${path}.new`, contents);
      renameSync(`${path}.new`, path);
    },
    // keys.json -> ..data/keys.json, and ..data -> a folder of its own for each version.
    'mounted as a Kubernetes secret': (path) => {
      let version = 0;
      const data = join(folder, '..data');
      return (contents) => {
        const name = `..version-${++version}`;
        mkdirSync(join(folder, name));
        writeFileSync(join(folder, name, 'keys.json'), contents);
        symlinkSync(name, `${data}.new`);
        renameSync(`${data}.new`, data);
        if (version === 1) symlinkSync('..data/keys.json', path);
      };
    },
  };

  it.each(Object.entries(WAYS))('%s rotates a key: both work, then the new one alone', async (_what, way) => {
    const path = join(folder, 'keys.json');
    const write = way(path);
    write(text(entry('old')));
    await using keys = await opened(path);
    expect([keys.find(sha256('old')), keys.find(sha256('new'))]).toMatchObject([
      { client: 'aidbox' },
      undefined,
    ]);
    write(text(entry('old'), entry('new')));
    await vi.waitFor(() => expect(keys.find(sha256('new'))).toBeDefined(), DEADLINE);
    expect(keys.find(sha256('old'))).toBeDefined();
    write(text(entry('new')));
    await vi.waitFor(() => expect(keys.find(sha256('old'))).toBeUndefined(), DEADLINE);
    expect(keys.find(sha256('new'))).toBeDefined();
    const told = () => lines.findLast(({ level }) => level === 'info');
    const again = { msg: 'API keys are read again', keys: 1, clients: 1 };
    await vi.waitFor(() => expect(told()).toMatchObject(again), DEADLINE);
  });

  it('to what is wrong keeps the keys of before, and is one ERROR that names places alone', async () => {
    const path = join(folder, 'keys.json');
    const write = WAYS['renamed over it']?.(path);
    write?.(text(entry('one')));
    await using keys = await opened(path);
    write?.(text(entry('two'), { ...entry('one'), scope: 'Erika  Mustermann', Erika: 'Erika' }));
    expect(await logged('error')).toMatchObject({
      err: { code: 'api-keys-invalid' },
      problems: ['/1 has a property that is not known.', '/1/scope is not what it has to be.'],
    });
    expect(keys.find(sha256('one'))).toBeDefined();
    expect(keys.find(sha256('two'))).toBeUndefined();
    // The next thing that it says is of the next change: it did not say the same again at every look.
    write?.(text(entry('two')));
    await logged('info', 2);
    expect(keys.find(sha256('one'))).toBeUndefined();
    expect(lines.map(({ level }) => level)).toEqual(['info', 'error', 'info']);
    expect(JSON.stringify(lines)).not.toMatch(new RegExp(`Erika|aidbox|${sha256('one')}`));
  });

  it('to none keeps the keys of before, says so once, and takes the file when it is back', async () => {
    const path = join(folder, 'keys.json');
    writeFileSync(path, text(entry('one')));
    await using keys = await opened(path);
    const { ino } = statSync(path);
    renameSync(path, `${path}.away`);
    expect(await logged('error')).toMatchObject({
      err: { code: 'api-keys-unreadable', cause: { code: 'ENOENT' } },
    });
    expect(keys.find(sha256('one'))).toBeDefined();
    renameSync(`${path}.away`, path);
    await logged('info', 2);
    expect(statSync(path).ino).toBe(ino);
    expect(lines.map(({ level }) => level)).toEqual(['info', 'error', 'info']);
  });

  it('is not looked for once it is disposed', async () => {
    const path = join(folder, 'keys.json');
    writeFileSync(path, text(entry('one')));
    const first = await opened(path);
    await first[Symbol.asyncDispose]();
    await using second = await opened(path);
    writeFileSync(path, text(entry('two')));
    await vi.waitFor(() => expect(second.find(sha256('two'))).toBeDefined(), DEADLINE);
    expect(first.find(sha256('two'))).toBeUndefined();
  });
});
