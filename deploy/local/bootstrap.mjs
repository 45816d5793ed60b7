// Plain JavaScript, because it runs on whatever Node (>= 20) the machine has: installs what the lockfile says where
// that is not done yet, then runs the asked command with the Node that the repository pins.
// Promises: nothing to install is decided in milliseconds; a signal reaches the command; its exit status is ours.
import { install } from './bootstrap/install.mjs';
import { pinnedNode } from './bootstrap/pinned-node.mjs';
import { run } from './bootstrap/run.mjs';

const commands = {
  start: ['deploy/local/src/start.ts'],
  test: ['deploy/local/src/test.ts'],
  check: ['deploy/local/src/check.ts'],
  fix: ['deploy/local/src/fix.ts'],
  geo: ['deploy/local/src/geo.ts'],
  bench: ['deploy/load/src/main.ts'],
  'bench:compare': ['deploy/load/src/results/compare.ts'],
  faults: ['deploy/faults/src/main.ts'],
  'bench:search': ['deploy/load/src/search/main.ts'],
  months: ['services/indexer/src/months.ts'],
  verify: ['deploy/verify/src/main.ts'],
  'bench:scaling': ['deploy/load/src/scaling/main.ts'],
  'bench:store': ['deploy/load/src/store/main.ts'],
};

const [name = '', ...args] = process.argv.slice(2);
const command = commands[name];
try {
  if (!command)
    throw new Error(`There is no command "${name}"; there are: ${Object.keys(commands).join(', ')}.`);
  await install();
  process.exitCode = await run(pinnedNode(), [...command, ...args]);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
