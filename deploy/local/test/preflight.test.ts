/** Each check of preflight against the real condition that it is for. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keycloakIn } from '../src/artifacts/keycloak.ts';
import { unfetched, type Wanted } from '../src/artifacts/unfetched.ts';
import { findJdk, freePort, freshFolder } from '../src/index.ts';
import { diskProblems, mavenProblems, roomProblems } from '../src/machine/fetch-problems.ts';
import { folderProblems, platformProblems, portProblems, reachProblems } from '../src/preflight.ts';
import { readSettings, type Settings } from '../src/settings.ts';

const isRoot = process.getuid?.() === 0;
const nobody = isRoot ? { uid: 65_534, gid: 65_534 } : undefined;

it('a port in use is named with who holds it and the setting that moves it', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const env = Object.fromEntries(
    await Promise.all(
      [
        'AUDITBOX_QUERY_PORT',
        'AUDITBOX_INDEXER_PORT',
        'AUDITBOX_METRICS_PORT',
        'AUDITBOX_QUERY_METRICS_PORT',
        'AUDITBOX_INDEXER_METRICS_PORT',
        'KAFKA_PORT',
        'ELASTIC_PORT',
        'ELASTIC_TRANSPORT_PORT',
      ].map(async (name) => [name, String(await freePort())] as const),
    ),
  );
  const { settings } = readSettings({ ...env, PORT: String(port) }) as { settings: Settings };
  const problems = await portProblems(settings);
  await new Promise((resolve) => server.close(resolve));
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(new RegExp(`^Port ${port} for gateway is taken.*set PORT to another\\.$`));
  if (process.platform === 'linux') expect(problems[0]).toContain(`(pid ${process.pid})`);
  expect(await portProblems(settings)).toEqual([]);
});

it('a JDK that is too old or a JRE is found and not taken; a newer one beside them is', async () => {
  await using folder = freshFolder('jdks');
  const home = (name: string, release: string, files: string[]) => {
    mkdirSync(join(folder.path, name, 'bin'), { recursive: true });
    writeFileSync(join(folder.path, name, 'release'), release);
    for (const file of files) writeFileSync(join(folder.path, name, 'bin', file), '');
    return join(folder.path, name);
  };
  const modules = 'MODULES="java.base jdk.attach jdk.jartool"\n';
  const old = home('old', `JAVA_VERSION="17.0.15"\n${modules}`, ['java', 'jar']);
  const runtime = home('runtime', 'JAVA_VERSION="25"\nMODULES="java.base"\n', ['java']);
  expect(findJdk({}, undefined, [old, runtime]).jdk).toBeUndefined();
  expect(findJdk({}, undefined, [old, runtime]).found.map(({ version }) => version)).toEqual([17, 25]);
  const good = home('good', `JAVA_VERSION="21.0.2"\n${modules}`, ['java', 'jar']);
  expect(findJdk({ JAVA_HOME: old }, undefined, [old, runtime, good]).jdk?.home).toBe(good);
});

it('Maven is missed where it is not on PATH, and only while something has to be fetched', async () => {
  await using folder = freshFolder('dist');
  const toFetch = unfetched(folder.path, { backends: true, keycloak: true });
  expect(mavenProblems([], { PATH: folder.path })).toEqual([]);
  expect(mavenProblems(toFetch, { PATH: folder.path })).toEqual([
    'Maven is needed to fetch Kafka and Elasticsearch and Keycloak, but mvn is not on PATH: install Maven and try again.',
  ]);
  const mvn = join(folder.path, 'mvn');
  writeFileSync(mvn, '#!/bin/sh\n');
  expect(mavenProblems(toFetch, { PATH: folder.path })).toHaveLength(1);
  chmodSync(mvn, 0o755);
  expect(mavenProblems(toFetch, { PATH: folder.path })).toEqual([]);
});

it('only what is asked for and not there yet has to be fetched', async () => {
  await using folder = freshFolder('unfetched');
  const names = (wanted: Wanted) => unfetched(folder.path, wanted).map(({ what }) => what);
  expect(names({ backends: false, keycloak: false })).toEqual([]);
  expect(names({ backends: true, keycloak: false })).toEqual(['Kafka and Elasticsearch']);
  expect(names({ backends: false, keycloak: true })).toEqual(['Keycloak']);
  mkdirSync(keycloakIn(folder.path));
  expect(names({ backends: true, keycloak: true })).toEqual(['Kafka and Elasticsearch']);
});

it('a folder that the user who runs Elasticsearch cannot enter is named with the cure', async () => {
  await using folder = freshFolder('closed');
  const inside = join(folder.path, 'not', 'yet', 'made');
  expect(reachProblems(inside, nobody)).toEqual([]);
  chmodSync(folder.path, 0o700);
  // Nobody but root switches users, so that nobody else has the problem.
  const problems = reachProblems(inside, nobody);
  expect(problems).toHaveLength(isRoot ? 1 : 0);
  if (isRoot) expect(problems[0]).toContain('AUDITBOX_LOCAL_DIR=/var/lib/auditbox npm start');
});

it('a full disk is one sentence that says how much is needed and what to do', () => {
  expect(roomProblems('/somewhere', 1, 1)).toEqual([]);
  expect(roomProblems('/somewhere', 0.94, 1)).toEqual([
    '/somewhere is on a disk with 0.9 GiB free, but 1 GiB are needed: make room, or set AUDITBOX_LOCAL_DIR to a folder on another disk.',
  ]);
});

it('a disk with room and a known platform are no problem; Windows is one', async () => {
  await using folder = freshFolder('disk');
  expect(diskProblems(folder.path, [])).toEqual([]);
  expect(platformProblems('linux')).toEqual([]);
  expect(platformProblems('win32')).toHaveLength(1);
});

it('a folder that is not writable, and one that an earlier run by root left in it, are named', async () => {
  await using folder = freshFolder('readonly');
  expect(folderProblems(join(folder.path, 'not', 'yet', 'made'))).toEqual([]);
  const data = join(folder.path, 'data');
  mkdirSync(data, { mode: 0o500 });
  // Nothing is closed to root.
  expect(folderProblems(folder.path)).toHaveLength(isRoot ? 0 : 1);
});
