/**
 * `npm start`: everything on this machine, in the foreground until Ctrl-C. Checks first and refuses with status 78
 * before anything is started. Asked to stop (SIGINT, SIGTERM, SIGHUP) it stops all in order and exits with 0; asked
 * again it kills all at once and exits with 130.
 */
import { join } from 'node:path';
import { fetchDist } from './artifacts/dist.ts';
import { fetchKeycloak } from './artifacts/keycloak.ts';
import { Failure, refusal } from './failure.ts';
import { runAsOf } from './machine/run-as.ts';
import { issuerAt } from './parts/keycloak.ts';
import { folderProblems, preflight } from './preflight.ts';
import { takeLock } from './process/instance-lock.ts';
import { stopLeftovers } from './process/leftovers.ts';
import { readyText, type Tokens } from './ready-text.ts';
import { helpText, readSettings, type Settings, startedOf } from './settings.ts';
import { environmentOf, stagesOf } from './stages.ts';
import { readArguments } from './start-arguments.ts';
import { Ensemble } from './supervise/ensemble.ts';
import { complain, progress, say, seconds } from './terminal/say.ts';
import { listenForStop, type StopAsked } from './terminal/stop-asked.ts';
import { localFolder as localFolderOf, repoFolder } from './toolbox.ts';

const killedAtOnce = 130;

async function start(args: readonly string[]): Promise<number> {
  const stopAsked = listenForStop();
  try {
    const given = readArguments(args);
    if ('problems' in given) throw refusal(given.problems);
    if (given.help) {
      say(helpText());
      return 0;
    }
    const read = readSettings({ ...process.env, ...given.settings });
    if ('problems' in read) throw refusal(read.problems);
    await runLocked(read.settings, stopAsked);
  } catch (error) {
    if (!stopAsked.asked.aborted) {
      if (!(error instanceof Failure)) throw error;
      for (const problem of error.problems) complain(problem);
      return error.exitStatus;
    }
  }
  return stopAsked.atOnce.aborted ? killedAtOnce : 0;
}

async function runLocked(settings: Settings, stopAsked: StopAsked): Promise<void> {
  const localFolder = localFolderOf();
  const unwritable = folderProblems(localFolder);
  if (unwritable.length > 0) throw refusal(unwritable);
  // What root makes here has to be readable for the user that runs Elasticsearch, whatever root's umask is.
  if (process.getuid?.() === 0) process.umask(0o022);
  const lock = takeLock(join(localFolder, 'run', 'lock'));
  if ('heldBy' in lock) {
    throw refusal([
      `Auditbox already runs from ${localFolder} (pid ${lock.heldBy}): stop it first, or set AUDITBOX_LOCAL_DIR and other ports.`,
    ]);
  }
  try {
    await run(settings, localFolder, stopAsked);
  } finally {
    lock.release();
  }
}

async function run(settings: Settings, localFolder: string, { asked, atOnce }: StopAsked): Promise<void> {
  const startedAt = performance.now();
  const left = await stopLeftovers(join(localFolder, 'run'), [localFolder, repoFolder]);
  if (left.length > 0) say(`Stopped what an earlier run had left: ${left.join(', ')}.`);
  const runAs = settings.elasticUri ? undefined : runAsOf(repoFolder);
  const javaHome = await preflight({ settings, localFolder, runAs, env: process.env });
  if (runAs) say(`Elasticsearch refuses to run as root: it runs as user ${runAs.uid}.`);
  if (javaHome !== undefined) await fetchMissing(settings, localFolder, javaHome, asked);
  const stages = stagesOf({ settings, localFolder, javaHome, runAs, env: process.env });
  const env = environmentOf({ settings, env: process.env });
  const ensemble = new Ensemble();
  try {
    for (const stage of stages) await startStage(ensemble, stage, asked, startedAt);
    const baseUrl = (process.env.AUDITBOX_BASE_URL || `http://localhost:${settings.gatewayPort}`).replace(
      /\/$/,
      '',
    );
    say(
      readyText({
        baseUrl,
        tokens: tokensOf(env, settings),
        localFolder,
        ownData: startedOf(settings).backends,
        startedIn: seconds(performance.now() - startedAt),
      }),
    );
    await new Promise((resolve) => asked.addEventListener('abort', resolve, { once: true }));
  } finally {
    if (asked.aborted) say('Stopping.');
    const stoppingAt = performance.now();
    await ensemble.stop(atOnce);
    if (asked.aborted) say(`Stopped after ${seconds(performance.now() - stoppingAt)}.`);
  }
}

function tokensOf(env: NodeJS.ProcessEnv, { keycloak, keycloakPort }: Settings): Tokens {
  if (env.AUDITBOX_API_AUTH_ENABLED === 'false') return 'off';
  const { issuer, tokenEndpoint } = issuerAt(keycloakPort);
  return keycloak && env.IDP_ISSUER === issuer ? { tokenEndpoint } : 'elsewhere';
}

async function fetchMissing(
  settings: Settings,
  localFolder: string,
  javaHome: string,
  stop: AbortSignal,
): Promise<void> {
  const { backends, keycloak } = startedOf(settings);
  const logPath = join(localFolder, 'logs', 'fetch.log');
  const options = { folder: join(localFolder, 'dist'), javaHome, logPath, stop };
  if (backends) await fetchDist(options);
  if (keycloak) await fetchKeycloak(options);
}

async function startStage(
  ensemble: Ensemble,
  stage: ReturnType<typeof stagesOf>[number],
  asked: AbortSignal,
  startedAt: number,
): Promise<void> {
  const names = stage.groups.flat().map((part) => part.name);
  if (names.length === 0) return;
  const shown = progress();
  const show = () =>
    shown.update(`Waiting for ${names.join(', ')} (${seconds(performance.now() - startedAt)})`);
  const timer = setInterval(show, 250);
  try {
    await ensemble.start(stage, asked);
    say(`Ready: ${names.join(', ')}.`);
  } finally {
    clearInterval(timer);
  }
}

process.exitCode = await start(process.argv.slice(2));
