import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { LogFile } from './log-file.ts';

let path: string;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'auditbox-log-'));
  path = join(folder, 'logs', 'part.log');
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

describe('a log file', () => {
  it('is appended to up to its bound, and one byte more begins a new one and keeps the old', () => {
    const log = new LogFile(path, 8);
    log.write(Buffer.from('1234'));
    log.write(Buffer.from('5678'));
    expect(readFileSync(path, 'utf8')).toBe('12345678');
    log.write(Buffer.from('9'));
    expect(readFileSync(path, 'utf8')).toBe('9');
    expect(readFileSync(`${path}.1`, 'utf8')).toBe('12345678');
  });

  it('goes on where the last run ended, and counts what that left', () => {
    new LogFile(path, 8).write(Buffer.from('123456'));
    new LogFile(path, 8).write(Buffer.from('789'));
    expect(readFileSync(path, 'utf8')).toBe('789');
  });

  it('gives whole lines to who listens, also where a chunk cuts a line or a character', () => {
    const log = new LogFile(path);
    const lines: string[] = [];
    log.onLine((line) => lines.push(line));
    const bytes = Buffer.from('één\nzwei\r\ndr');
    for (const byte of bytes) log.write(Buffer.from([byte]));
    expect(lines).toEqual(['één', 'zwei']);
    expect(log.tail()).toEqual(['één', 'zwei', 'dr']);
  });

  it('keeps the last sixty lines in memory, and none of the run before', () => {
    const log = new LogFile(path);
    log.write(Buffer.from('line\n'.repeat(61)));
    expect(log.tail()).toHaveLength(60);
    log.forget();
    expect(log.tail()).toEqual([]);
  });
});
