import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

const SHIFT = new URL('./shift-clock.ts', import.meta.url).href;
const HOUR_MS = 3_600_000;

it('moves the clock of a process, and leaves dates that are said as they are', () => {
  const script = `
    const made = new Date();
    process.stdout.write(JSON.stringify([Date.now(), made.getTime(), new Date(0).getTime(), made instanceof Date]));
  `;
  const env = { ...process.env, SHIFT_CLOCK_MS: String(HOUR_MS) };
  const output = execFileSync(process.execPath, [`--import=${SHIFT}`, '-e', script], {
    env,
    encoding: 'utf8',
  });
  const [now, made, epoch, isDate] = JSON.parse(output) as [number, number, number, boolean];
  expect(Math.abs(now - Date.now() - HOUR_MS)).toBeLessThan(60_000);
  expect(Math.abs(made - now)).toBeLessThan(1_000);
  expect([epoch, isDate]).toEqual([0, true]);
});
