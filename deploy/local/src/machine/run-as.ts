/**
 * Elasticsearch refuses to run as root. For root, this chooses the unprivileged user that it runs as instead, and
 * answers whether that user can get to the folders it needs; nothing is changed for anybody else.
 */
import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, lchownSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

/** `nobody` on Linux: owns nothing, may do nothing. */
const nobody = 65_534;

export interface WhoRuns {
  readonly uid: number;
  readonly sudoUid?: string | undefined;
  readonly sudoGid?: string | undefined;
  readonly owner: RunAs;
}

/** The user to switch to; undefined where no switch is needed. The one behind sudo, else the checkout's owner. */
export function chooseRunAs({ uid, sudoUid, sudoGid, owner }: WhoRuns): RunAs | undefined {
  if (uid !== 0) return undefined;
  const fromSudo = Number(sudoUid);
  if (fromSudo > 0) return { uid: fromSudo, gid: Number(sudoGid) || fromSudo };
  if (owner.uid > 0) return owner;
  return { uid: nobody, gid: nobody };
}

export function runAsOf(checkout: string): RunAs | undefined {
  const { SUDO_UID: sudoUid, SUDO_GID: sudoGid } = process.env;
  const { uid, gid } = statSync(checkout);
  return chooseRunAs({ uid: process.getuid?.() ?? 1, sudoUid, sudoGid, owner: { uid, gid } });
}

/** Whether that user can enter the folder, or the nearest one above that exists. */
export function canEnter(folder: string, runAs: RunAs | undefined): boolean {
  return runAs === undefined || tryAs(runAs, 'cd -- "$1"', nearestExisting(folder));
}

export function canExecute(file: string, runAs: RunAs | undefined): boolean {
  return tryAs(runAs, 'test -x "$1"', file);
}

export function nearestExisting(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestExisting(dirname(folder));
}

/** Makes the folder where needed, and it and all in it that user's own. */
export function giveFolder(folder: string, runAs: RunAs | undefined): void {
  mkdirSync(folder, { recursive: true });
  if (runAs === undefined || statSync(folder).uid === runAs.uid) return;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    lchownSync(join(entry.parentPath, entry.name), runAs.uid, runAs.gid);
  }
  // The folder itself last: its owner says that everything in it was done.
  chownSync(folder, runAs.uid, runAs.gid);
}

function tryAs(runAs: RunAs | undefined, script: string, path: string): boolean {
  const { status } = spawnSync('/bin/sh', ['-c', script, 'sh', path], {
    cwd: '/',
    stdio: 'ignore',
    ...(runAs && { uid: runAs.uid, gid: runAs.gid }),
  });
  return status === 0;
}
