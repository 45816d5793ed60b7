import { expect, it } from 'vitest';
import { lostOf } from './read-records.ts';

it('of what the log deleted while it was read, only what the indexer had not committed is lost', () => {
  const deleted = { deletedFrom: 10n, next: 20n };
  expect(lostOf({ ...deleted, committed: 5n })).toBe(10n);
  expect(lostOf({ ...deleted, committed: 13n })).toBe(7n);
  expect(lostOf({ ...deleted, committed: 20n })).toBe(0n);
  expect(lostOf({ ...deleted, committed: 25n })).toBe(0n);
  expect(lostOf({ ...deleted, committed: undefined })).toBe(0n);
});
