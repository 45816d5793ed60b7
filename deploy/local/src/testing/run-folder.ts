/**
 * The folder of one run of the tests, under the system's temporary folder because Elasticsearch's user must get in.
 * Disposing ends every process that still belongs to the run and removes the folder; what a killed run left is
 * removed by the next one.
 */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { refusal } from '../failure.ts';
import { canEnter, runAsOf } from '../machine/run-as.ts';
import { signal } from '../process/child.ts';
import { identify, isAlive, type ProcessIdentity, processesNaming } from '../process/identity.ts';
import { repoFolder } from '../toolbox.ts';

const prefix = 'auditbox-test-';
const ownerFile = 'owner.json';
/** From SIGTERM to SIGKILL for processes that a test started and left. */
const politeMs = 5_000;

export interface RunFolder extends AsyncDisposable {
  readonly path: string;
}

export async function makeRunFolder(): Promise<RunFolder> {
  await removeAbandoned();
  const path = mkdtempSync(join(tmpdir(), prefix));
  writeFileSync(join(path, ownerFile), JSON.stringify(identify(process.pid)));
  chmodSync(path, 0o755);
  const runAs = runAsOf(repoFolder);
  if (!canEnter(path, runAs)) {
    await rm(path, { recursive: true, force: true });
    throw refusal([
      `Elasticsearch refuses to run as root, and user ${runAs?.uid}, whom it would run as, cannot enter ${tmpdir()}: set TMPDIR to a folder that everybody may enter, such as /tmp.`,
    ]);
  }
  return { path, [Symbol.asyncDispose]: () => removeRun(path) };
}

async function removeAbandoned(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(prefix))) {
    const path = join(tmpdir(), name);
    const owner = readOwner(path);
    if (owner && !isAlive(owner)) await removeRun(path);
  }
}

async function removeRun(path: string): Promise<void> {
  for (const pid of processesNaming(path)) signal(pid, 'SIGTERM');
  const deadline = performance.now() + politeMs;
  while (processesNaming(path).length > 0 && performance.now() < deadline) await sleep(100);
  for (const pid of processesNaming(path)) signal(pid, 'SIGKILL');
  await rm(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

function readOwner(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(join(path, ownerFile), 'utf8'));
  } catch {
    // Somebody else's folder, or one that is being made or removed this moment.
    return undefined;
  }
}
