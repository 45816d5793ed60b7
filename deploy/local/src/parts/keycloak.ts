/**
 * One real Keycloak on loopback with the realm `auditbox` of artifacts/keycloak, every credential of which is
 * published: for development and tests only. All it writes lies in our own folders, so that one built Keycloak serves
 * any number of instances. The realm is imported into fresh data; after that the data are what counts.
 */
import { copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keycloakJava } from '../artifacts/keycloak-java.ts';
import { keycloakFolder } from '../artifacts/pinned.ts';
import { Child } from '../process/child.ts';
import { plainEnvironment } from '../process/environment.ts';
import { LogFile } from '../process/log-file.ts';
import { statusOf, waitReady } from '../process/wait-ready.ts';
import type { Folders, Part } from './part.ts';

/** A first start takes 20 s on an idle machine (database, two realms), and many times that beside a run of the tests. */
const readyMsMax = 300_000;
const stopMsMax = 20_000;

const realm = 'auditbox';
const realmFile = `realm-${realm}.json`;

export interface KeycloakPartOptions {
  /** Keycloak as fetched. */
  readonly dist: string;
  readonly javaHome: string;
  readonly folders: Folders;
  readonly port: number;
  /** As the JVM writes it: 512m. */
  readonly heap: string;
}

export function keycloakPart({ dist, javaHome, folders, port, heap }: KeycloakPartOptions): Part {
  const home = join(folders.run, 'keycloak');
  const data = join(folders.data, 'keycloak');
  const imported = join(data, 'imported');
  const tmp = join(home, 'tmp');
  const log = new LogFile(join(folders.logs, 'keycloak.log'));

  /** What Keycloak calls its home: links to what is shared and to what is kept. */
  function prepare(): void {
    // What a killed first start left may be half a database.
    if (!existsSync(imported)) rmSync(data, { recursive: true, force: true });
    for (const folder of [tmp, join(data, 'import')]) mkdirSync(folder, { recursive: true });
    copyFileSync(join(keycloakFolder, realmFile), join(data, 'import', realmFile));
    link(join(dist, 'lib'), join(home, 'lib'));
    link(data, join(home, 'data'));
  }

  async function launch(): Promise<Child> {
    prepare();
    return new Child({
      file: join(javaHome, 'bin', 'java'),
      args: keycloakJava({ dist, home, tmp, heap }, [
        ...['start', '--optimized', '--import-realm'],
        ...['--http-enabled=true', '--http-host=127.0.0.1', `--http-port=${port}`],
        // What tokens carry as `iss`, whichever name of this machine the client used.
        `--hostname=${originOf(port)}`,
        // Without it, it looks for others to form a cluster with, on all interfaces.
        '--cache=local',
      ]),
      env: { ...plainEnvironment(), ...(existsSync(imported) ? {} : firstAdministrator) },
      cwd: home,
      log,
      recordPath: `${home}.json`,
    });
  }

  return {
    name: 'keycloak',
    logPath: log.path,
    stopMsMax,
    launch,
    ready: async (child, stop) => {
      const discovery = `http://127.0.0.1:${port}/realms/${realm}/.well-known/openid-configuration`;
      const answers = async () => (await statusOf(discovery)) === 200;
      const readiness = await waitReady(child, answers, { timeoutMs: readyMsMax, stop, everyMs: 200 });
      if (readiness === 'ready') writeFileSync(imported, '');
      return readiness;
    },
  };
}

/** For its console and its API on this machine: a development credential, as all others here. */
const firstAdministrator = { KC_BOOTSTRAP_ADMIN_USERNAME: 'admin', KC_BOOTSTRAP_ADMIN_PASSWORD: 'admin' };

/** What clients and services are told of it. */
export interface Issuer {
  readonly issuer: string;
  readonly authorizeEndpoint: string;
  readonly tokenEndpoint: string;
  readonly audience: string;
}

export function issuerAt(port: number): Issuer {
  const issuer = `${originOf(port)}/realms/${realm}`;
  const endpoints = `${issuer}/protocol/openid-connect`;
  return {
    issuer,
    authorizeEndpoint: `${endpoints}/auth`,
    tokenEndpoint: `${endpoints}/token`,
    audience: 'auditbox',
  };
}

function originOf(port: number): string {
  return `http://localhost:${port}`;
}

function link(target: string, path: string): void {
  rmSync(path, { force: true });
  symlinkSync(target, path);
}
