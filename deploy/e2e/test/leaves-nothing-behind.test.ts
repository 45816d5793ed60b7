/** `npm test` leaves no process and no file behind when it is interrupted with everything running. */
import { spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freshFolder, processesNaming } from '@auditbox/local';
import { expect, it } from 'vitest';

const BOOTSTRAP = fileURLToPath(new URL('../../local/bootstrap.mjs', import.meta.url));

it('after Ctrl-C', async () => {
  await using temporary = freshFolder('left-behind');
  const child = spawn(process.execPath, [BOOTSTRAP, 'test', 'deploy/e2e/test/pipeline'], {
    env: { ...process.env, TMPDIR: temporary.path },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  for await (const [chunk] of on(child.stdout, 'data')) {
    if (String(chunk).includes('Kafka and Elasticsearch are ready')) break;
  }
  expect(processesNaming(temporary.path).length).toBeGreaterThan(2);
  child.kill('SIGINT');
  const [code] = await once(child, 'exit');
  expect(code).not.toBe(0);
  expect(processesNaming(temporary.path)).toEqual([]);
  expect(readdirSync(temporary.path)).toEqual([]);
});
