/**
 * What is needed to run Kafka, Elasticsearch and Keycloak on this machine: a JDK, the unpacked artifacts, and the
 * user that Elasticsearch runs as. Shared by `npm start`, `npm test` and the exports for other tests.
 */
import { join, resolve } from 'node:path';
import { type Dist, fetchDist, reachableDist } from './artifacts/dist.ts';
import { fetchGeoDatabases } from './artifacts/geo-database.ts';
import { fetchKafkaTools } from './artifacts/kafka-tools.ts';
import { fetchKeycloak } from './artifacts/keycloak.ts';
import { unfetched, type Wanted } from './artifacts/unfetched.ts';
import { refusal } from './failure.ts';
import { diskProblems, mavenProblems } from './machine/fetch-problems.ts';
import { findJdk, jdkProblem } from './machine/jdk.ts';
import { canExecute, type RunAs, runAsOf } from './machine/run-as.ts';

export const repoFolder = join(import.meta.dirname, '..', '..', '..');

/** Where the artifacts, data, logs and pid files of `npm start` lie. */
export function localFolder(env: NodeJS.ProcessEnv = process.env): string {
  return resolve(repoFolder, env.AUDITBOX_LOCAL_DIR || '.auditbox');
}

export interface Toolbox {
  readonly javaHome: string;
  readonly dist: Dist;
  readonly runAs: RunAs | undefined;
}

export interface ToolboxOptions {
  /** Takes a copy of Elasticsearch where its user cannot enter the folder of `npm start`. */
  readonly runFolder: string;
  readonly stop?: AbortSignal | undefined;
}

export async function openToolbox({ runFolder, stop }: ToolboxOptions): Promise<Toolbox> {
  const runAs = runAsOf(repoFolder);
  const javaHome = javaHomeFor({ backends: true, keycloak: false }, runAs, diskProblems(runFolder, []));
  const dist = await fetchDist({ ...fetchInto(), javaHome, stop });
  return { javaHome, dist: await reachableDist(dist, runAs, runFolder), runAs };
}

export interface KeycloakToolbox {
  readonly javaHome: string;
  /** Keycloak as fetched. */
  readonly keycloak: string;
}

/** Of its own, because only who asks for Keycloak fetches it. */
export async function openKeycloak({ stop }: Pick<ToolboxOptions, 'stop'> = {}): Promise<KeycloakToolbox> {
  const javaHome = javaHomeFor({ backends: false, keycloak: true }, undefined, []);
  return { javaHome, keycloak: await fetchKeycloak({ ...fetchInto(), javaHome, stop }) };
}

/** The jar of Kafka's own load tool, which runs with the jars of `toolbox`. */
export function openKafkaTools({ javaHome }: Toolbox, stop?: AbortSignal): Promise<string> {
  return fetchKafkaTools({ ...fetchInto(), javaHome, stop });
}

/** The files of the database of places, of their own for the same reason. */
export function openGeoDatabases({ stop }: Pick<ToolboxOptions, 'stop'> = {}): Promise<readonly string[]> {
  return fetchGeoDatabases({ ...fetchInto(), stop });
}

/** Throws the refusal where something is missing on this machine. */
function javaHomeFor(wanted: Wanted, runAs: RunAs | undefined, otherProblems: readonly string[]): string {
  const { jdk, found } = findJdk(process.env, (java) => canExecute(java, runAs));
  const toFetch = unfetched(fetchInto().folder, wanted);
  const problems = [
    ...(jdk ? [] : [jdkProblem(found)]),
    ...mavenProblems(toFetch, process.env),
    ...diskProblems(localFolder(), toFetch),
    ...otherProblems,
  ];
  if (jdk === undefined || problems.length > 0) throw refusal(problems);
  return jdk.home;
}

function fetchInto(): { readonly folder: string; readonly logPath: string } {
  const local = localFolder();
  return { folder: join(local, 'dist'), logPath: join(local, 'logs', 'fetch.log') };
}
