import { readFileSync } from 'node:fs';
import { projectEvent, SEARCH_PARAMETER_CODES, searchParameter } from '@auditbox/fhir-core';
import { describe, expect, it } from 'vitest';
import { STORED_FIELDS } from '../domain/stored-record.ts';
import { eventMapping } from './mapping.ts';

type Node = { readonly properties?: Readonly<Record<string, Node>> };

/** The paths of the leaves below `value` for which the mapping has no field. */
function unmapped(value: unknown, node: Node | undefined, path: string): string[] {
  if (node === undefined) return [path];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    unmapped(child, node.properties?.[key], `${path}.${key}`),
  );
}

describe('eventMapping', () => {
  it('keeps what an event is made again from, and nothing of what it is found by', () => {
    const { includes } = eventMapping()._source;
    // By the last two, releases before said who sent an event.
    expect([...includes, 'sender', 'sent_id'].sort()).toEqual([...STORED_FIELDS].sort());
    const projected = SEARCH_PARAMETER_CODES.map((code) => searchParameter(code).field);
    expect(projected.filter((field) => includes.includes(field))).toEqual([]);
  });

  it('is strict and knows every field that an event of the corpus leaves', () => {
    const mapping = eventMapping();
    expect(mapping.dynamic).toBe('strict');
    const corpus = new URL('../../../../packages/fhir-core/fixtures/corpus.ndjson', import.meta.url);
    for (const line of readFileSync(corpus, 'utf8').trim().split('\n')) {
      expect(
        unmapped(
          projectEvent(JSON.parse(line), { sender: 'anonymous', senderValues: { id: 'sent' } }),
          mapping as Node,
          '',
        ),
      ).toEqual([]);
    }
  });
});
