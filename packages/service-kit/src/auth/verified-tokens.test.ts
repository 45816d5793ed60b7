import { expect, it } from 'vitest';
import type { Caller } from './caller.ts';
import { VerifiedTokens } from './verified-tokens.ts';

const CALLER: Caller = { issuer: 'i', client: 'c', permissions: new Set(), claims: {} };
const token = (untilMs: number, keyId = 'k', chars = 1) => ({ caller: CALLER, keyId, untilMs, chars });
const anyKey = () => true;

it('remembers a token until its end, and not at it', () => {
  const tokens = new VerifiedTokens();
  tokens.remember('h', token(1000));
  expect(tokens.find('h', 999, anyKey)).toBe(CALLER);
  expect(tokens.find('h', 1000, anyKey)).toBeUndefined();
  expect(tokens.size).toBe(0);
});

it('forgets a token whose key is withdrawn', () => {
  const tokens = new VerifiedTokens();
  tokens.remember('h', token(1000));
  expect(tokens.find('h', 0, (id) => id !== 'k')).toBeUndefined();
  expect(tokens.find('h', 0, anyKey)).toBeUndefined();
});

it('holds no more than its bound: the oldest goes', () => {
  const tokens = new VerifiedTokens(2);
  for (const hash of ['a', 'b', 'c']) tokens.remember(hash, token(1000));
  expect(['a', 'b', 'c'].map((hash) => tokens.find(hash, 0, anyKey))).toEqual([undefined, CALLER, CALLER]);
});

it('holds no more characters than its bound', () => {
  const tokens = new VerifiedTokens(100, 10);
  for (const hash of ['a', 'b', 'b', 'c']) tokens.remember(hash, token(1000, 'k', 4));
  expect(['a', 'b', 'c'].map((hash) => tokens.find(hash, 0, anyKey))).toEqual([undefined, CALLER, CALLER]);
  tokens.remember('d', token(1000, 'k', 10));
  expect(tokens.size).toBe(1);
});
