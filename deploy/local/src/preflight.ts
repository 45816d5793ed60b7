/**
 * Everything about this machine that would make a start fail halfway, looked at before anything is started: each
 * problem is one sentence that names its cure, and all of them are reported together.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { unfetched } from './artifacts/unfetched.ts';
import { refusal } from './failure.ts';
import { diskProblems, mavenProblems } from './machine/fetch-problems.ts';
import { findJdk, jdkProblem } from './machine/jdk.ts';
import { holderOf } from './machine/port-holder.ts';
import { stateOfPort } from './machine/ports.ts';
import { canEnter, canExecute, nearestExisting, type RunAs } from './machine/run-as.ts';
import { accepts, statusOf } from './process/wait-ready.ts';
import { portsOf, type Settings, startedOf } from './settings.ts';

export interface Machine {
  readonly settings: Settings;
  readonly localFolder: string;
  readonly runAs: RunAs | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/** The JDK's home folder, or undefined where nothing that needs one will be started; throws the refusal. */
export async function preflight(machine: Machine): Promise<string | undefined> {
  const { settings, localFolder, runAs, env } = machine;
  const started = startedOf(settings);
  const needsJava = started.backends || started.keycloak;
  const toFetch = unfetched(join(localFolder, 'dist'), started);
  const { jdk, found } = findJdk(env, (java) => canExecute(java, runAs));
  const problems = [
    ...platformProblems(process.platform),
    ...(needsJava && !jdk ? [jdkProblem(found)] : []),
    ...mavenProblems(toFetch, env),
    ...diskProblems(localFolder, toFetch),
    ...(settings.elasticUri ? [] : reachProblems(localFolder, runAs)),
    ...(await portProblems(settings)),
    ...(await externalProblems(settings)),
  ];
  if (problems.length > 0) throw refusal(problems);
  return needsJava ? jdk?.home : undefined;
}

export function platformProblems(platform: NodeJS.Platform): string[] {
  if (platform === 'linux' || platform === 'darwin') return [];
  return [`npm start runs on Linux and macOS, but this is ${platform}: use WSL or deploy/compose.`];
}

/** Also what an earlier run by another user (sudo) left below it. */
export function folderProblems(folder: string): string[] {
  const below = ['.', 'run', 'logs', 'dist', 'data', 'data/kafka', 'data/elasticsearch', 'data/keycloak'].map(
    (each) => join(folder, each),
  );
  const closed = [nearestExisting(folder), ...below.filter((each) => existsSync(each))].find(
    (each) => !isWritable(each),
  );
  if (closed === undefined) return [];
  return [
    `${closed} is not writable for you: change its owner, or set AUDITBOX_LOCAL_DIR to another folder.`,
  ];
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function reachProblems(folder: string, runAs: RunAs | undefined): string[] {
  if (canEnter(folder, runAs)) return [];
  return [
    `Elasticsearch refuses to run as root and would run as user ${runAs?.uid}, who cannot enter ${folder}: run AUDITBOX_LOCAL_DIR=/var/lib/auditbox npm start`,
  ];
}

export async function portProblems(settings: Settings): Promise<string[]> {
  const states = await Promise.all(
    portsOf(settings).map(async (each) => ({ ...each, state: await stateOfPort(each.port) })),
  );
  return states.flatMap(({ port, env, of, state }) => {
    if (state === 'free') return [];
    if (state === 'forbidden')
      return [`Port ${port} for ${of} may not be listened on here: set ${env} to another.`];
    const holder = holderOf(port);
    return [
      `Port ${port} for ${of} is taken${holder ? ` by ${holder}` : ''}: stop that, or set ${env} to another.`,
    ];
  });
}

/** What was named instead of ours has to answer. */
async function externalProblems({ kafkaBrokers, elasticUri }: Settings): Promise<string[]> {
  const problems: string[] = [];
  if (kafkaBrokers) {
    const answers = await Promise.all(kafkaBrokers.split(',').map((broker) => brokerAnswers(broker.trim())));
    if (!answers.includes(true)) problems.push(`No Kafka broker of KAFKA_BROKERS (${kafkaBrokers}) answers.`);
  }
  if (elasticUri) {
    const status = await elasticStatus(new URL(elasticUri));
    // 401 and 403 are answers; whether the services may use it is theirs to find out.
    if (status === undefined || status >= 500) {
      problems.push(
        `ELASTIC_URI (${new URL(elasticUri).origin}) ${status ? `answers with status ${status}` : 'does not answer'}.`,
      );
    }
  }
  return problems;
}

/** Behind TLS it is enough that somebody listens: whom to trust is for the services to say. */
async function elasticStatus({
  protocol,
  hostname,
  port,
  origin,
  pathname,
}: URL): Promise<number | undefined> {
  if (protocol === 'https:') return (await accepts(hostname, Number(port || 443), 5_000)) ? 200 : undefined;
  return statusOf(`${origin}${pathname.replace(/\/$/, '')}/_cluster/health`);
}

function brokerAnswers(broker: string): Promise<boolean> {
  const { hostname, port } = new URL(`kafka://${broker}`);
  return accepts(hostname, Number(port), 5_000);
}
