import { expect, it } from 'vitest';
import { randomPool } from './random-pool.ts';

it('gives each byte once, and never what a later one overwrites', () => {
  let fills = 0;
  const random = randomPool((pool) => {
    fills += 1;
    for (let at = 0; at < pool.length; at += 4) pool.writeUInt32BE(fills * 1_000_000 + at, at);
    return pool;
  });
  const given = Array.from({ length: 3000 }, () => random(12));
  const words = given.flatMap((bytes) => [0, 4, 8].map((at) => Buffer.from(bytes).readUInt32BE(at)));
  expect(new Set(words).size).toBe(9000);
  expect(fills).toBe(Math.ceil(3000 / Math.floor(4096 / 12)));
});

it('is random', () => {
  const random = randomPool();
  const ids = Array.from({ length: 2000 }, () => Buffer.from(random(10)).toString('hex'));
  expect(new Set(ids).size).toBe(2000);
  expect(ids.every((id) => id.length === 20)).toBe(true);
});
