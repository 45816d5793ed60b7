import { describe, expect, it } from 'vitest';
import { SpareMemory } from './spare-memory.ts';

const opened = () => new SpareMemory({ unitBytes: 10, countMax: 2, bytesMax: 30 });

describe('SpareMemory', () => {
  it('gives what was given back, where it is large enough, and to one alone', () => {
    const memory = opened();
    const piece = memory.take(15);
    expect(piece.length).toBe(20);
    memory.give(piece);
    const larger = memory.take(21);
    expect(larger.length).toBe(30);
    expect(memory.take(20)).toBe(piece);
    expect(memory.take(20)).not.toBe(piece);
  });

  it('keeps so many at most, those that were used last', () => {
    const memory = opened();
    const [first, second, third] = [memory.take(10), memory.take(10), memory.take(10)];
    for (const piece of [first, second, third]) memory.give(piece);
    expect(memory.take(10)).toBe(third);
    expect(memory.take(10)).toBe(second);
    expect(memory.take(10)).not.toBe(first);
  });

  it('keeps none that is larger than its bound', () => {
    const memory = opened();
    const [largest, tooLarge] = [memory.take(30), memory.take(31)];
    memory.give(largest);
    memory.give(tooLarge);
    expect(memory.take(30)).toBe(largest);
    expect(memory.take(31)).not.toBe(tooLarge);
  });
});
