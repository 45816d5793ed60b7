/**
 * The unpacked Keycloak, built once: what `kc.sh build` decides (database, features) is settled here, so that a start
 * needs neither the 25 s that it takes nor a copy of Keycloak to write to. It stays right when it is moved.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import { Child, describeExit } from '../process/child.ts';
import { plainEnvironment } from '../process/environment.ts';
import { LogFile } from '../process/log-file.ts';
import { waitReady } from '../process/wait-ready.ts';
import { progress, seconds } from '../terminal/say.ts';
import { type FetchOptions, fetchPinned, unzip, type Workshop } from './fetch.ts';
import { keycloakJava } from './keycloak-java.ts';
import { keycloakArtifacts, keycloakVersion } from './pinned.ts';

/** A machine that is busy with tests takes a minute; more than this hangs. */
const buildMsMax = 5 * 60_000;

/** Keycloak's home folder, as fetched: nothing writes to it any more. */
export function keycloakIn(folder: string): string {
  return join(folder, `keycloak-${keycloakVersion}`);
}

export function isKeycloakFetched(folder: string): boolean {
  return existsSync(keycloakIn(folder));
}

export async function fetchKeycloak(options: FetchOptions): Promise<string> {
  const home = keycloakIn(options.folder);
  if (isKeycloakFetched(options.folder)) return home;
  await fetchPinned(keycloakArtifacts, options, async ({ fresh, delivered }) => {
    const zip = join(delivered, `keycloak-quarkus-dist-${keycloakVersion}.zip`);
    await unzip(zip, fresh, options.javaHome);
    const unpacked = join(fresh, `keycloak-${keycloakVersion}`);
    await build(unpacked, fresh, options);
    return [{ from: unpacked, to: home }];
  });
  return home;
}

async function build(
  home: string,
  fresh: Workshop['fresh'],
  { javaHome, logPath, stop }: FetchOptions,
): Promise<void> {
  const child = new Child({
    file: join(javaHome, 'bin', 'java'),
    args: keycloakJava({ dist: home, home, tmp: fresh, heap: '512m' }, [
      'build',
      '--db=dev-file',
      '--health-enabled=false',
      '--metrics-enabled=false',
    ]),
    env: plainEnvironment(),
    cwd: fresh,
    log: new LogFile(logPath),
    recordPath: join(fresh, 'build.json'),
  });
  const shown = progress();
  const startedAt = performance.now();
  const show = () => {
    shown.update(`Building Keycloak, once (${seconds(performance.now() - startedAt)})`);
    return false;
  };
  const outcome = await waitReady(child, show, { timeoutMs: buildMsMax, stop, everyMs: 250 });
  if (outcome !== 'ended') child.kill('SIGKILL');
  const exit = await child.exited;
  stop?.throwIfAborted();
  if (outcome === 'late')
    throw new Failure([`Keycloak was not built in ${buildMsMax / 60_000} minutes: ${logPath}`]);
  if (exit.code !== 0)
    throw new Failure([`Keycloak could not be built (${describeExit(exit)}); the log is ${logPath}.`]);
}
