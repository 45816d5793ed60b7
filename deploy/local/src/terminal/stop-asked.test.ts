import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { listenForStop } from './stop-asked.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

function listen() {
  const source = new EventEmitter();
  return { source, stop: listenForStop(source as NodeJS.Process) };
}

it('takes signals within a second for one Ctrl-C, however many', () => {
  const { source, stop } = listen();
  source.emit('SIGINT');
  vi.advanceTimersByTime(999);
  source.emit('SIGINT');
  source.emit('SIGTERM');
  expect(stop.asked.aborted).toBe(true);
  expect(stop.atOnce.aborted).toBe(false);
});

it('takes one that comes a second later for impatience', () => {
  const { source, stop } = listen();
  source.emit('SIGINT');
  vi.advanceTimersByTime(1_000);
  source.emit('SIGINT');
  expect(stop.atOnce.aborted).toBe(true);
});

it.each([
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
])('remembers that %s was first', (signal, status) => {
  const { source, stop } = listen();
  source.emit(signal);
  source.emit('SIGTERM');
  expect(stop.status()).toBe(status);
});
