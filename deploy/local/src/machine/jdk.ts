/**
 * Finds the JDK that runs Kafka and Elasticsearch: a full JDK of at least version 21, also where the machine's
 * default is older or only a JRE. What was found instead is kept, so that the message can say it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jdkFolders } from './jdk-folders.ts';

/** Elasticsearch 9 needs 21 and attaches its entitlement agent to itself (module jdk.attach); Kafka needs 17. */
export const jdkVersionMin = 21;
/** The newest that Elasticsearch 9.5 names as supported; a newer one is taken only where there is no other. */
const jdkVersionTried = 25;

export interface Jdk {
  readonly home: string;
  readonly version: number;
  /** False for a JRE, and for a JDK that was linked without jdk.attach or `jar`. */
  readonly full: boolean;
  /** False where the user that will run it may not. */
  readonly usable: boolean;
}

export interface JdkSearch {
  readonly jdk: Jdk | undefined;
  readonly found: readonly Jdk[];
}

/** `usable` tells whether the user that will run it can. */
export function findJdk(
  env: NodeJS.ProcessEnv = process.env,
  usable: (java: string) => boolean = () => true,
  folders: readonly string[] = jdkFolders(env),
): JdkSearch {
  const found = folders.flatMap((home) => readJdk(home, usable) ?? []);
  return { jdk: chooseJdk(found, [env.ES_JAVA_HOME, env.JAVA_HOME]), found };
}

/** The one that the environment names if it will do, else the newest tried one, else the oldest of the newer. */
export function chooseJdk(
  found: readonly Jdk[],
  named: readonly (string | undefined)[] = [],
): Jdk | undefined {
  const fit = found.filter((jdk) => jdk.usable && jdk.full && jdk.version >= jdkVersionMin);
  const byName = named.map((home) => fit.find((jdk) => jdk.home === home?.replace(/\/+$/, '')));
  const tried = fit.filter((jdk) => jdk.version <= jdkVersionTried);
  return (
    byName.find((jdk) => jdk !== undefined) ??
    tried.toSorted((a, b) => b.version - a.version)[0] ??
    fit.toSorted((a, b) => a.version - b.version)[0]
  );
}

/** One sentence on why there is none, and what to do. */
export function jdkProblem(found: readonly Jdk[]): string {
  const seen = found.map(({ home, version, full, usable }) => {
    const but = full
      ? usable
        ? ''
        : ' (which the user that runs Elasticsearch may not execute)'
      : ' (not a full JDK)';
    return `${version}${but} in ${home}`;
  });
  const instead = seen.length === 0 ? 'no Java was found' : `found ${seen.join(', ')}`;
  return `Kafka and Elasticsearch need a full JDK of version ${jdkVersionMin} or newer, but ${instead}: install one (for example from adoptium.net) or point JAVA_HOME at it.`;
}

function readJdk(home: string, usable: (java: string) => boolean): Jdk | undefined {
  const java = join(home, 'bin', 'java');
  if (!existsSync(java)) return undefined;
  const release = join(home, 'release');
  const text = existsSync(release) ? readFileSync(release, 'utf8') : '';
  const version = versionOfRelease(text) ?? versionOfOutput(askVersion(java));
  if (version === undefined) return undefined;
  const modules = /^MODULES="(.*)"$/m.exec(text)?.[1]?.split(' ');
  const full = existsSync(join(home, 'bin', 'jar')) && (modules?.includes('jdk.attach') ?? true);
  return { home, version, full, usable: usable(java) };
}

/** The feature version in a JDK's `release` file: 8 for "1.8.0_402", 21 for "21.0.2". */
export function versionOfRelease(text: string): number | undefined {
  return featureVersion(/^JAVA_VERSION="([^"]+)"/m.exec(text)?.[1]);
}

/** The same in what `java -version` prints. */
export function versionOfOutput(text: string): number | undefined {
  return featureVersion(/version "([^"]+)"/.exec(text)?.[1]);
}

function featureVersion(text: string | undefined): number | undefined {
  const match = /^(?:1\.)?(\d+)/.exec(text ?? '');
  return match ? Number(match[1]) : undefined;
}

function askVersion(java: string): string {
  return spawnSync(java, ['-version'], { encoding: 'utf8', timeout: 10_000 }).stderr ?? '';
}
