/**
 * `npm run check`: everything that is checked without running the product. All checks run also after one has failed;
 * each is one line, and what a failed one said is below its line. Exit status 1 when any failed.
 */
import { execFile } from 'node:child_process';
import { complain, say, seconds } from './terminal/say.ts';
import { repoFolder } from './toolbox.ts';

const checks = [
  {
    what: 'format and lint',
    command: ['biome', 'ci', process.stdout.isTTY ? '--colors=force' : '--colors=off', '.'],
  },
  { what: 'types', command: ['turbo', 'run', 'typecheck', '--output-logs=errors-only'] },
  { what: 'boundaries', command: ['turbo', 'boundaries'] },
  { what: 'unused code', command: ['knip'] },
] as const;

/** Of one check's output. */
const outputBytesMax = 16 * 1024 * 1024;

interface Outcome {
  readonly ok: boolean;
  readonly output: string;
}

for (const { what, command } of checks) {
  const startedAt = performance.now();
  const { ok, output } = await run(command);
  const line = `${ok ? 'ok    ' : 'FAILED'} ${what.padEnd(16)} ${seconds(performance.now() - startedAt)}`;
  if (ok) {
    say(line);
  } else {
    process.exitCode = 1;
    complain(`${line}   (${command.join(' ')})\n${output}`);
  }
}

/** The tools are found through the PATH that bootstrap.mjs made. */
function run([file, ...args]: readonly [string, ...string[]]): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { cwd: repoFolder, maxBuffer: outputBytesMax };
    execFile(file, args, options, (error, stdout, stderr) => {
      const reason = error && stdout + stderr === '' ? error.message : '';
      resolve({ ok: error === null, output: `${stdout}${stderr}${reason}` });
    });
  });
}
