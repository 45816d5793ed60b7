/** What a stop guarantees, held against real processes. */
import { spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { describe, expect, it } from 'vitest';

const module = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);

/** A process that waits to be asked to stop, then does `afterwards`, with `deadlineMs` to end. */
function waiting(afterwards: string, deadlineMs = 60_000) {
  const script = `
    import { stopRequest, exitForSettings } from ${module('./lifecycle.ts')};
    import { createLogger } from ${module('./logger.ts')};
    const stop = stopRequest({ deadlineMs: ${deadlineMs}, logger: createLogger('test', 'off'), sameSignalMs: 0 });
    const alive = setInterval(() => {}, 1000);
    console.log('waiting');
    console.log(await stop.requested);
    ${afterwards}`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit') as Promise<[code: number | null]>;
  const says = async (text: string): Promise<void> => {
    for await (const [chunk] of on(child.stdout, 'data')) if (String(chunk).includes(text)) return;
  };
  return { child, ended, says };
}

describe('a process that is asked to stop', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('by %s finishes and ends with 0', async (signal) => {
    const { child, ended, says } = waiting('clearInterval(alive);');
    await says('waiting');
    child.kill(signal);
    expect((await ended)[0]).toBe(0);
  });

  it('ends with 1 at its deadline where it does not finish', async () => {
    const { child, ended, says } = waiting('', 50);
    await says('waiting');
    child.kill('SIGTERM');
    expect((await ended)[0]).toBe(1);
  });

  it('ends with 1 at once at the second signal', async () => {
    const { child, ended, says } = waiting('');
    await says('waiting');
    child.kill('SIGTERM');
    await says('SIGTERM');
    child.kill('SIGTERM');
    expect((await ended)[0]).toBe(1);
  });
});

describe('an error that nobody expected', () => {
  it.each(['throw error;', 'Promise.reject(error);'])(
    'ends the process with 1 and says nothing of what it quotes: %s',
    async (how) => {
      const script = `
      import { endOnUncaught } from ${module('./lifecycle.ts')};
      import { createLogger } from ${module('./logger.ts')};
      endOnUncaught(createLogger('test', 'info'));
      setInterval(() => {}, 1000);
      setImmediate(() => {
        const error = Object.assign(new TypeError('marked'), { code: 'broken', extra: 'marked', cause: new Error('marked') });
        ${how}
      });`;
      const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let said = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => {
          said += chunk.toString();
        });
      const [code] = await once(child, 'close');
      expect(code).toBe(1);
      expect(JSON.parse(said)).toMatchObject({ level: 'error', err: { name: 'TypeError', code: 'broken' } });
      expect(said).not.toContain('marked');
    },
  );
});

describe('a service whose settings are wrong', () => {
  it('says every problem and ends with 78', async () => {
    const script = `
      import { exitForSettings } from ${module('./lifecycle.ts')};
      exitForSettings('gateway', ['PORT is wrong.', 'KAFKA_BROKERS is wrong.']);`;
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const [code] = await once(child, 'close');
    expect(code).toBe(78);
    expect(said).toBe('gateway: PORT is wrong.\ngateway: KAFKA_BROKERS is wrong.\n');
  });
});
