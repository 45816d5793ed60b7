import type { AuditEvent } from '@auditbox/fhir-core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ORIGIN, USER } from './events/callers.case.ts';
import type { Refusal } from './events/refused.ts';
import { RefusalBound } from './refusal-bound.ts';

const LOGIN: Refusal = { reason: 'invalid', requestId: 'r', route: '/' };
const ALERT: Refusal = { ...LOGIN, reason: 'insufficient-scope', caller: USER };
const MINUTE_MS = 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function bounded(perMinute: number) {
  const events: AuditEvent[] = [];
  const publish = (make: () => AuditEvent) => void events.push(make());
  const bound = new RefusalBound({ perMinute, origin: ORIGIN, now: () => new Date(), publish });
  return { bound, events };
}

const countOf = (event: AuditEvent): number => {
  const details = (event.entity?.[0]?.detail ?? []) as { type?: string; valueString?: string }[];
  return Number(details.find(({ type }) => type === 'count')?.valueString);
};
const total = (events: readonly AuditEvent[]) => events.reduce((sum, event) => sum + countOf(event), 0);
const codes = (events: readonly AuditEvent[]) => events.map(({ type }) => type.code);

it('writes each refusal at once up to the bound, and not one more', () => {
  const { bound, events } = bounded(4);
  for (const _ of Array(4)) bound.add(ALERT);
  expect(events).toHaveLength(4);
  bound.add(ALERT);
  expect(events).toHaveLength(4);
});

it('sums up what is over at the end of the minute, and begins anew', () => {
  const { bound, events } = bounded(4);
  for (const _ of Array(100)) bound.add(ALERT);
  vi.advanceTimersByTime(MINUTE_MS - 1);
  expect(events).toHaveLength(4);
  vi.advanceTimersByTime(1);
  expect(events.map(countOf)).toEqual([1, 1, 1, 1, 96]);
  expect(events[4]?.period?.start).toBe(events[0]?.recorded);
  bound.add(ALERT);
  expect(events).toHaveLength(6);
  vi.advanceTimersByTime(MINUTE_MS);
  expect(events).toHaveLength(6);
});

it('keeps a quarter for those that are verified, so that a flood of bad tokens does not hide them', () => {
  const { bound, events } = bounded(60);
  for (const _ of Array(10_000)) bound.add(LOGIN);
  for (const _ of Array(15)) bound.add(ALERT);
  expect(codes(events).filter((code) => code === '110114')).toHaveLength(45);
  expect(codes(events).filter((code) => code === '110113')).toHaveLength(15);
});

it.each([0, 1, 60])('loses no count, with a bound of %i', (perMinute) => {
  const { bound, events } = bounded(perMinute);
  for (let n = 0; n < 1_000; n += 1) {
    bound.add(n % 3 === 0 ? ALERT : { ...LOGIN, reason: n % 3 === 1 ? 'expired' : 'malformed' });
    if (n === 500) vi.advanceTimersByTime(MINUTE_MS);
  }
  bound.end();
  expect(total(events)).toBe(1_000);
  expect(events.length).toBeLessThanOrEqual(2 * (perMinute + 2));
});

it('writes nothing at an end where nothing is over', () => {
  const { bound, events } = bounded(4);
  bound.end();
  bound.add(LOGIN);
  bound.end();
  vi.advanceTimersByTime(MINUTE_MS);
  expect(events).toHaveLength(1);
});
