// The Node that everything of this repository runs on: the pinned one from node_modules where it exists and runs on
// this machine, else the one that runs this, if it is new enough to run TypeScript as it is.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { repoFolder } from './install.mjs';

const majorMin = 24;

export function pinnedNode() {
  const candidates = [
    join(repoFolder, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node'),
  ];
  const found = [...candidates, process.execPath].find((file) => majorOf(file) >= majorMin);
  if (found) return found;
  throw new Error(
    `Auditbox runs on Node ${majorMin} or newer, there is none pinned for ${process.platform} on ${process.arch}, and this is ${process.version}: install Node ${majorMin} and try again.`,
  );
}

function majorOf(file) {
  const { stdout = '' } = spawnSync(file, ['--version'], { encoding: 'utf8' });
  return Number(/^v(\d+)/.exec(stdout ?? '')?.[1] ?? 0);
}
