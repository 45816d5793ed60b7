// Runs the command as a child that shares our terminal and process group. It may hear one Ctrl-C several times (from
// the terminal, from npm, from here) and takes those as one. If we are killed, the closed channel tells it to stop.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { repoFolder } from './install.mjs';
import { onceNpmIsGone } from './npm-gone.mjs';

const quiet = {
  TURBO_TELEMETRY_DISABLED: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
  DO_NOT_TRACK: '1',
  NO_UPDATE_NOTIFIER: '1',
  npm_config_update_notifier: 'false',
  npm_config_fund: 'false',
  npm_config_audit: 'false',
};

export function run(node, [script, ...args]) {
  const path = [join(repoFolder, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  const child = spawn(node, [join(repoFolder, script), ...args], {
    cwd: repoFolder,
    env: { ...process.env, ...quiet, PATH: path },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  let forwarded = false;
  const forward = (signal) => {
    forwarded = true;
    child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
  // An npm that ends because of the same Ctrl-C must not count as a second, impatient one.
  onceNpmIsGone(() => forwarded || forward('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}
