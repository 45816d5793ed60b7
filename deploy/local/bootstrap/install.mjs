// Installs the dependencies when what decides them (lockfile, manifests, patches) is not what was installed last.
// Two commands that start at once install one after the other, so that neither sees half a node_modules.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

// import.meta.dirname came with Node 20.11 only.
export const repoFolder = fileURLToPath(new URL('../../..', import.meta.url));

const pnpm = 'pnpm@12.21.0';
const marker = join(repoFolder, 'node_modules', '.auditbox-installed');
const lock = join(repoFolder, 'node_modules', '.auditbox-installing');

export async function install() {
  const wanted = digestOfInputs();
  if (read(marker) === wanted) return;
  await locked(async () => {
    if (read(marker) === wanted) return;
    process.stdout.write('Installing what the lockfile says, with pnpm.\n');
    const status = await runPnpm();
    if (status !== 0) {
      throw new Error(
        `The dependencies could not be installed (pnpm's exit status: ${status}); see its message above. If it says that the lockfile is not up to date, run: npx -y ${pnpm} install`,
      );
    }
    writeFileSync(marker, wanted);
  });
}

function digestOfInputs() {
  const workspaces = ['packages', 'services', 'deploy'].flatMap((folder) =>
    list(folder).map((name) => join(folder, name, 'package.json')),
  );
  const patches = list('patches').map((name) => join('patches', name));
  const files = [
    'pnpm-lock.yaml',
    'package.json',
    'pnpm-workspace.yaml',
    '.pnpmfile.mjs',
    ...patches,
    ...workspaces,
  ];
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const file of files) hash.update(`${file}\n${read(join(repoFolder, file))}\n`);
  return hash.digest('hex');
}

function runPnpm() {
  const args = ['-y', pnpm, 'install', '--frozen-lockfile', '--config.confirmModulesPurge=false'];
  const child = spawn('npx', args, { cwd: repoFolder, stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.once('exit', (code, signal) => resolve(code ?? signal));
    child.once('error', (error) =>
      reject(new Error(`npx could not be started (${error.code}): is npm installed?`)),
    );
  });
}

// A folder is made by one only; the pid in it tells whether that one still lives.
async function locked(action) {
  mkdirSync(join(repoFolder, 'node_modules'), { recursive: true });
  while (!take()) {
    if (!isAlive(Number(read(join(lock, 'pid'))))) rmSync(lock, { recursive: true, force: true });
    await sleep(250);
  }
  try {
    await action();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function take() {
  try {
    mkdirSync(lock);
    writeFileSync(join(lock, 'pid'), String(process.pid));
    return true;
  } catch {
    return false;
  }
}

function isAlive(pid) {
  // A folder without a pid in it was made a moment ago.
  if (!pid) return existsSync(lock);
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function list(folder) {
  return existsSync(join(repoFolder, folder)) ? readdirSync(join(repoFolder, folder)).sort() : [];
}
