import { validateAuditEvent } from '@auditbox/fhir-core';
import { expect, test } from 'vitest';
import { realisticEventOf } from './realistic-event.ts';

const EVENTS = 2000;
const START_MS = Date.UTC(2026, 0, 1);

test('events are valid, 0.8 to 2 KB, 1 KB on average, and no two are one', () => {
  const events = Array.from({ length: EVENTS }, (_, n) => realisticEventOf(1, n, START_MS));
  const texts = events.map((event) => JSON.stringify(event));
  const sizes = texts.map((text) => Buffer.byteLength(text));

  expect(events.flatMap((event) => validateAuditEvent(event as never))).toEqual([]);
  expect(Math.min(...sizes)).toBeGreaterThan(800);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(2048);
  const mean = sizes.reduce((sum, size) => sum + size, 0) / EVENTS;
  expect(mean).toBeGreaterThan(1000);
  expect(mean).toBeLessThan(1150);
  expect(new Set(texts).size).toBe(EVENTS);
});

test('the same seed and number give the same event', () => {
  expect(realisticEventOf(7, 42, START_MS)).toEqual(realisticEventOf(7, 42, START_MS));
  expect(realisticEventOf(7, 42, START_MS)).not.toEqual(realisticEventOf(8, 42, START_MS));
});
