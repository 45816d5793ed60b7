import { expect, it } from 'vitest';
import { compareDocument } from './compare-document.ts';

const kept = {
  event: '{"resourceType":"AuditEvent"}',
  bytes: 29,
  digest: 'd',
  received: '2026-01-01T00:00:00Z',
};
const projected = '0123456789ab';
const text = JSON.stringify(kept).slice(0, -1);
const made = {
  source: Buffer.from(`${text},"projected":"${projected}","present":["date"]}`),
  keptBytes: text.length,
};
const read = { ...kept, projected };

it('is equal whatever the order of its fields', () => {
  expect(compareDocument(made, read)).toEqual({ kind: 'equal' });
  expect(compareDocument(made, Object.fromEntries(Object.entries(read).reverse()))).toEqual({
    kind: 'equal',
  });
});

it('names the part that differs, and whether it says that it is a copy', () => {
  const different = (sameContent: boolean, part: string) => ({ kind: 'different', sameContent, part });
  expect(compareDocument(made, { ...read, event: '{}' })).toEqual(different(true, 'event'));
  expect(compareDocument(made, { ...read, event: '{}', digest: 'e' })).toEqual(different(false, 'event'));
  expect(compareDocument(made, { ...read, digest: 'e' })).toEqual(different(false, 'envelope'));
  expect(compareDocument(made, { ...read, received: '' })).toEqual(different(true, 'envelope'));
  expect(compareDocument(made, { ...read, sender_version_id: '2' })).toEqual(different(true, 'envelope'));
  expect(compareDocument(made, { ...read, bytes: 30 })).toEqual(different(true, 'envelope'));
  expect(compareDocument(made, { ...read, projected: 'ba9876543210' })).toEqual(
    different(true, 'projection'),
  );
  // Written again from what can be read of it: by nothing of that is it found.
  expect(compareDocument(made, kept)).toEqual(different(true, 'projection'));
  expect(compareDocument(made, { ...read, extra: [] })).toEqual(different(true, 'projection'));
});
