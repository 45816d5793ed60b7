import { describe, expect, it } from 'vitest';
import { bundleAnswer } from './bundle-answer.ts';

describe('bundleAnswer', () => {
  it('puts the stored events where the sent ones were and keeps the rest', () => {
    const bundle = {
      resourceType: 'Bundle',
      type: 'collection',
      entry: [{ fullUrl: 'urn:uuid:0', resource: { a: 1 } }, { resource: {} }],
    };
    expect(bundleAnswer(bundle, ['{"b":1.10}', '{"c":2}'])).toBe(
      '{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:0","resource":{"b":1.10}},{"resource":{"c":2}}]}',
    );
  });
});
