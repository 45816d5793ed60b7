import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type DatabaseParts, databaseOf } from './database.case.ts';
import { DATABASE_BYTES_MAX, geoDatabaseProblem, openGeoDatabases } from './geo-database.ts';

const folder = mkdtempSync(join(tmpdir(), 'auditbox-geo-'));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, 'places.mmdb');
const written = (bytes: Uint8Array, name = 'places.mmdb') => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};
const networks = { '9.0.0.0/8': { name: 'nine' }, '2a00:1::/32': { name: 'six' } };
const opened = (...all: Partial<DatabaseParts>[]) => {
  const paths = all.map((parts, at) => written(databaseOf({ networks, ...parts }), `${at}.mmdb`));
  const database = openGeoDatabases(paths);
  if (database === undefined) throw new Error('no database');
  return database;
};

describe('a database', () => {
  it.each([24, 32] as const)('finds what is known of an address, with %s bits a record', (recordBits) => {
    const { look } = opened({ recordBits });
    expect(look('9.200.0.1')).toEqual({ name: 'nine' });
    expect(look('2a00:1::77')).toEqual({ name: 'six' });
    expect(look('10.0.0.1')).toBeUndefined();
    expect(look('2a00:2::77')).toBeUndefined();
  });

  it('of IPv4 alone knows nothing of an IPv6 address, whose first bits may be those of a network', () => {
    const { look } = opened({ networks: { '42.0.0.0/8': { name: 'answer' } }, ipVersion: 4 });
    expect(look('42.1.2.3')).toEqual({ name: 'answer' });
    expect(look('2a00:1::77')).toBeUndefined();
  });

  it('of several files says what the first says that knows the address', () => {
    const own = { networks: { '9.1.0.0/16': { name: 'own' } } };
    const { look } = opened({ ...own, ipVersion: 4 }, {}, { networks: { '2a00::/16': { name: 'last' } } });
    expect(['9.1.0.1', '9.2.0.1', '2a00:1::1', '2a00:2::1', '2b00::1'].map(look)).toEqual([
      ...[{ name: 'own' }, { name: 'nine' }, { name: 'six' }, { name: 'last' }, undefined],
    ]);
  });

  it('says when it was made, of several the oldest', () => {
    const earlier = { metadata: { build_epoch: 1_735_689_600 } };
    expect(opened({}).builtAt.toISOString()).toBe('2026-01-01T00:00:00.000Z');
    expect(opened({}, earlier, {}).builtAt.toISOString()).toBe('2025-01-01T00:00:00.000Z');
  });

  it('is none where no file is named', () => {
    expect(openGeoDatabases([])).toBeUndefined();
  });
});

describe('what is wrong with a file', () => {
  it('is nothing where it is whole', () => {
    expect(geoDatabaseProblem(written(databaseOf({ networks })))).toBeUndefined();
    const large = { description: { en: 'x'.repeat(200), de: 'x'.repeat(250) } };
    expect(geoDatabaseProblem(written(databaseOf({ networks, metadata: large })))).toBeUndefined();
  });

  it.each<[string, Uint8Array]>([
    ['is empty', Buffer.alloc(0)],
    ['is text', Buffer.from('{"city":"Bonn"}'.repeat(20_000))],
    ['was cut short', databaseOf({ networks }).subarray(0, -200)],
    ['was cut in its metadata', databaseOf({ networks }).subarray(0, -40)],
    ['lacks its beginning', databaseOf({ networks }).subarray(-260)],
    ['is of another version', databaseOf({ networks, metadata: { binary_format_major_version: 3 } })],
    ['is of no known addresses', databaseOf({ networks, metadata: { ip_version: 5 } })],
    ['has records of an odd size', databaseOf({ networks, metadata: { record_size: 30 } })],
    ['has no tree', databaseOf({ networks, metadata: { node_count: 0 } })],
    ['has a tree that is larger than itself', databaseOf({ networks, metadata: { node_count: 1e6 } })],
  ])('is said where it %s, and it is not opened', (_what, bytes) => {
    expect(geoDatabaseProblem(written(bytes))).toBe('names a file that is no whole database (.mmdb)');
    expect(() => openGeoDatabases([path])).toThrow('AUDITBOX_GEO_DATABASE names');
  });

  it('is that it is not there, or no file', () => {
    expect(geoDatabaseProblem(join(folder, 'gone.mmdb'))).toBe("names a file that can't be read");
    expect(geoDatabaseProblem(folder)).toBe('names no file');
  });

  it('is that it is too large to be held, which is seen without reading it', () => {
    truncateSync(written(databaseOf({ networks })), DATABASE_BYTES_MAX + 1);
    expect(geoDatabaseProblem(path)).toMatch(/^names a file of more than 1024 MiB/);
  });
});
