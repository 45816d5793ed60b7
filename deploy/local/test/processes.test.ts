/** Locks, leftovers and supervision on real processes. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Failure, freshFolder } from '../src/index.ts';
import type { Part } from '../src/parts/part.ts';
import { Child } from '../src/process/child.ts';
import { identify, isAlive } from '../src/process/identity.ts';
import { takeLock } from '../src/process/instance-lock.ts';
import { stopLeftovers } from '../src/process/leftovers.ts';
import { LogFile } from '../src/process/log-file.ts';
import { waitReady } from '../src/process/wait-ready.ts';
import { Supervised } from '../src/supervise/supervised.ts';

describe('the lock of a local folder', () => {
  it('is held by one, and free again when that one releases it', async () => {
    await using folder = freshFolder('lock');
    const path = join(folder.path, 'run', 'lock');
    const first = takeLock(path);
    expect(takeLock(path)).toEqual({ heldBy: process.pid });
    if ('release' in first) first.release();
    expect('release' in takeLock(path)).toBe(true);
  });

  it.each([
    ['of a process that is gone', JSON.stringify({ pid: process.pid, startedAt: 'another time' })],
    ['that is not readable', 'x'],
  ])('%s is taken over', async (_, content) => {
    await using folder = freshFolder('stale-lock');
    const path = join(folder.path, 'lock');
    writeFileSync(path, content);
    expect('release' in takeLock(path)).toBe(true);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(identify(process.pid));
  });
});

describe('what a killed run left', () => {
  function idle(mark: string) {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', mark], { detached: true });
    onTestFinished(() => void child.kill('SIGKILL'));
    return { pid: child.pid!, ended: new Promise((resolve) => child.once('exit', resolve)) };
  }

  it('is stopped when pid, start time and command line are ours', async () => {
    await using folder = freshFolder('left');
    const left = idle(folder.path);
    writeFileSync(join(folder.path, 'kafka.json'), JSON.stringify(identify(left.pid)));
    expect(await stopLeftovers(folder.path, [folder.path])).toEqual(['kafka']);
    await left.ended;
    expect(existsSync(join(folder.path, 'kafka.json'))).toBe(false);
  });

  it('is left alone when the pid belongs to somebody else now', async () => {
    await using folder = freshFolder('left');
    const [reused, stranger] = [idle(folder.path), idle('a stranger')];
    const record = (name: string, identity: object | undefined) =>
      writeFileSync(join(folder.path, `${name}.json`), JSON.stringify(identity));
    record('kafka', { pid: reused.pid, startedAt: 'another time' });
    record('query', identify(stranger.pid));
    expect(await stopLeftovers(folder.path, [folder.path])).toEqual([]);
    expect(isAlive(identify(reused.pid)!) && isAlive(identify(stranger.pid)!)).toBe(true);
  });
});

describe('supervision', () => {
  /** A part that runs the script with node; ready once it has written the file `ready`. */
  function scripted(folder: string, script: string): Part {
    const log = new LogFile(join(folder, 'part.log'));
    mkdirSync(join(folder, 'run'), { recursive: true });
    return {
      name: 'part',
      logPath: log.path,
      stopMsMax: 5_000,
      launch: async () =>
        new Child({
          file: process.execPath,
          args: ['-e', `const fs = require('node:fs'); ${script}`],
          env: {},
          cwd: folder,
          log,
          recordPath: join(folder, 'run', 'part.json'),
        }),
      ready: (child, stop) =>
        waitReady(child, () => existsSync(join(folder, 'ready')), { timeoutMs: 30_000, stop }),
    };
  }

  it('starts a process again that died before it was ready', async () => {
    await using folder = freshFolder('dies-once');
    const script = `
      if (!fs.existsSync('been')) { fs.writeFileSync('been', ''); process.exit(1); }
      fs.writeFileSync('ready', ''); setInterval(() => {}, 1000);`;
    const part = new Supervised(scripted(folder.path, script), { mustStartAtOnce: false });
    await part.firstReady;
    await part.stop();
    expect(existsSync(join(folder.path, 'run', 'part.json'))).toBe(false);
  });

  it('gives up at once on settings that the process does not take, with its own words', async () => {
    await using folder = freshFolder('bad-settings');
    const script = `console.error('part: PORT is odd.'); process.exitCode = 78;`;
    const part = new Supervised(scripted(folder.path, script), { mustStartAtOnce: false });
    const failure = await part.firstReady.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ exitStatus: 78, message: expect.stringContaining('part: PORT is odd.') });
    await part.stop();
  });

  it('gives up on a Kafka or Elasticsearch that does not come up, with the end of its log', async () => {
    await using folder = freshFolder('no-broker');
    const part = new Supervised(scripted(folder.path, `console.error('disk full'); process.exitCode = 3;`), {
      mustStartAtOnce: true,
    });
    await expect(part.firstReady).rejects.toThrow(/exit code 3.*part\.log.*disk full/s);
    await part.stop();
  });

  it('kills a process that does not stop in time, with all its children', async () => {
    await using folder = freshFolder('stubborn');
    const child = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);`;
    const script = `
      const { pid } = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}]);
      fs.writeFileSync('child', String(pid)); fs.writeFileSync('ready', ''); ${child}`;
    const part = new Supervised(
      { ...scripted(folder.path, script), stopMsMax: 200 },
      { mustStartAtOnce: true },
    );
    await part.firstReady;
    const grandchild = identify(Number(readFileSync(join(folder.path, 'child'), 'utf8')))!;
    await part.stop();
    expect(isAlive(grandchild)).toBe(false);
  });
});
