import { describe, expect, it } from 'vitest';
import { Room } from './room.ts';

const never = new AbortController().signal;

describe('Room', () => {
  it('lets in whom it has room for, in the order in which they asked', async () => {
    const room = new Room(10);
    const log: string[] = [];
    const ends = new Map<string, () => void>();
    const work = (name: string, bytes: number) =>
      room.with(bytes, never, () => {
        log.push(name);
        return new Promise<void>((resolve) => ends.set(name, resolve));
      });
    const all = [work('a', 6), work('b', 4), work('c', 8), work('d', 1)];
    await turns();
    expect(log).toEqual(['a', 'b']);
    ends.get('b')?.();
    await turns();
    // d would fit, but c asked before.
    expect(log).toEqual(['a', 'b']);
    ends.get('a')?.();
    await turns();
    expect(log).toEqual(['a', 'b', 'c', 'd']);
    ends.get('c')?.();
    ends.get('d')?.();
    await Promise.all(all);
  });

  it('gives all of it to what is larger than it, alone', async () => {
    const room = new Room(10);
    let inHand = 0;
    let most = 0;
    const work = (bytes: number) =>
      room.with(bytes, never, async () => {
        most = Math.max(most, ++inHand);
        await turns();
        inHand--;
      });
    await Promise.all([work(25), work(1), work(1)]);
    expect(most).toBe(2);
  });

  it('is left by whoever no longer wants to enter, and the next one enters', async () => {
    const room = new Room(10);
    const first = Promise.withResolvers<void>();
    const inside = room.with(10, never, () => first.promise);
    const stop = new AbortController();
    const waiting = room.with(10, stop.signal, async () => 'in');
    const last = room.with(1, never, async () => 'in');
    stop.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    first.resolve();
    await inside;
    expect(await last).toBe('in');
    await expect(room.with(1, stop.signal, async () => {})).rejects.toThrow('gone');
  });

  it('is free again after work that failed', async () => {
    const room = new Room(1);
    await expect(room.with(1, never, () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    expect(await room.with(1, never, async () => 'in')).toBe('in');
  });

  it('lets in one each turn of the event loop', async () => {
    const room = new Room(100);
    let entered = 0;
    const all = Array.from({ length: 5 }, () => room.with(1, never, async () => void entered++));
    const seen: number[] = [];
    while (entered < 5) {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(entered);
    }
    await Promise.all(all);
    expect(seen.every((now, i) => now - (seen[i - 1] ?? 0) <= 2)).toBe(true);
  });
});

async function turns(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}
