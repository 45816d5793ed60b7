/**
 * Runs Maven to copy the files of a pinned list to a folder. Maven brings the user's own settings: mirrors, proxies,
 * credentials, cache. Its words go to a log; the terminal sees how much of the large file has come.
 */
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { Failure } from '../failure.ts';
import { Child } from '../process/child.ts';
import { LogFile } from '../process/log-file.ts';
import { waitReady } from '../process/wait-ready.ts';
import { progress } from '../terminal/say.ts';
import type { PinnedList } from './pinned.ts';

/** A slow line takes ten minutes for the 180 MB; more is a line that hangs. */
const fetchMsMax = 30 * 60_000;

export interface CopyOptions {
  readonly mvn: string;
  readonly to: string;
  readonly logPath: string;
  readonly recordPath: string;
  /** For machines where Maven finds no Java of its own. */
  readonly javaHome: string;
  readonly stop?: AbortSignal | undefined;
}

export function findMaven(path = process.env.PATH ?? ''): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'mvn'))
    .find(isExecutable);
}

export async function copyArtifacts(
  list: PinnedList,
  { mvn, to, logPath, recordPath, javaHome, stop }: CopyOptions,
): Promise<void> {
  const hasJava = process.env.JAVA_HOME || isOnPath('java');
  const child = new Child({
    file: mvn,
    args: [
      ...['-B', '-ntp', '-Dstyle.color=never', '-f', join(list.folder, 'pom.xml')],
      ...['org.apache.maven.plugins:maven-dependency-plugin:copy-dependencies', `-DoutputDirectory=${to}`],
    ],
    env: { ...process.env, ...(hasJava ? {} : { JAVA_HOME: javaHome }) },
    cwd: list.folder,
    log: new LogFile(logPath),
    recordPath,
  });
  const shown = progress();
  const outcome = await waitReady(
    child,
    () => {
      shown.update(`Fetching ${list.what} with Maven: ${arrived(list)} of ${list.largest.megabytes} MB`);
      return false;
    },
    { timeoutMs: fetchMsMax, stop, everyMs: 250 },
  );
  if (outcome !== 'ended') child.kill('SIGKILL');
  const { code } = await child.exited;
  if (outcome === 'stopped') return;
  if (outcome === 'late')
    throw new Failure([`Maven did not finish in ${fetchMsMax / 60_000} minutes: ${logPath}`]);
  if (code !== 0) {
    const reason = child.log.tail().find((line) => line.startsWith('[ERROR]'));
    throw new Failure([
      `Maven could not fetch ${list.what}: is this machine online, and are mirror and proxy right in Maven's settings.xml? Its log is ${logPath}. It says: ${reason?.slice(8, 400) ?? `exit code ${code}`}`,
    ]);
  }
}

/** How much of the largest file is in the local repository, under whatever name Maven gives the part. */
function arrived({ largest }: PinnedList): number {
  const folder = join(localRepository(), ...largest.path);
  if (!existsSync(folder)) return 0;
  const sizes = readdirSync(folder).map(
    (name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0,
  );
  return Math.floor(Math.max(0, ...sizes) / 1e6);
}

/** As the options say, else the settings, else the default. Java takes the home folder from the user database. */
export function localRepository(): string {
  const { MAVEN_OPTS = '', MAVEN_ARGS = '' } = process.env;
  const folder = join(userInfo().homedir, '.m2');
  const settings = join(folder, 'settings.xml');
  return (
    /-Dmaven\.repo\.local=(\S+)/.exec(`${MAVEN_OPTS} ${MAVEN_ARGS}`)?.[1] ??
    /<localRepository>([^<$]+)</.exec(read(settings))?.[1] ??
    join(folder, 'repository')
  );
}

function read(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function isOnPath(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => isExecutable(join(folder, name)));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
