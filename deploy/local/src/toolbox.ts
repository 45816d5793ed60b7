/**
 * What is needed to run Kafka and Elasticsearch on this machine: a JDK, the unpacked artifacts, and the user that
 * Elasticsearch runs as. Shared by `npm start`, `npm test` and the exports for other tests.
 */
import { join, resolve } from 'node:path';
import { type Dist, fetchDist, reachableDist } from './artifacts/dist.ts';
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
  const { jdk, found } = findJdk(process.env, (java) => canExecute(java, runAs));
  const local = localFolder();
  const problems = [
    ...(jdk ? [] : [jdkProblem(found)]),
    ...mavenProblems(join(local, 'dist'), process.env),
    ...diskProblems(local, true),
    ...diskProblems(runFolder, false),
  ];
  if (jdk === undefined || problems.length > 0) throw refusal(problems);
  const dist = await fetchDist({
    folder: join(local, 'dist'),
    javaHome: jdk.home,
    logPath: join(local, 'logs', 'fetch.log'),
    stop,
  });
  return { javaHome: jdk.home, dist: await reachableDist(dist, runAs, runFolder), runAs };
}
