import { KindGuard, type TSchema } from '@sinclair/typebox';
import { expect, test } from 'vitest';
import { AuditEventSchema } from './audit-event.ts';
import { BundleSchema } from './bundle.ts';

test('every schema says what it expects and which issue its breach is, or is resolved by name to one that does', () => {
  const silent: string[] = [];
  for (const root of [AuditEventSchema, BundleSchema]) {
    visit(root, root.$id ?? '', (schema, place) => {
      const says = typeof schema.expected === 'string' && typeof schema.problem === 'string';
      if (!says && !KindGuard.IsRef(schema)) silent.push(place);
    });
  }
  expect(silent).toEqual([]);
});

function visit(schema: TSchema, place: string, look: (schema: TSchema, place: string) => void): void {
  look(schema, place);
  if (KindGuard.IsArray(schema)) visit(schema.items, `${place}[]`, look);
  if (!KindGuard.IsObject(schema)) return;
  for (const [name, property] of Object.entries(schema.properties)) visit(property, `${place}.${name}`, look);
}
