/** `npm run fix`: formats, and repairs what the linter can repair safely. */
import { spawnSync } from 'node:child_process';
import { repoFolder } from './toolbox.ts';

const { status } = spawnSync('biome', ['check', '--write', ...process.argv.slice(2)], {
  cwd: repoFolder,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
