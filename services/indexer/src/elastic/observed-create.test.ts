import { describe, expect, it } from 'vitest';
import { retryReason } from '../metrics.ts';
import { tracesOf } from './observed-create.ts';

const traced = (digit: string) => ({
  trace: { traceparent: `00-${digit.repeat(32)}-${digit.repeat(16)}-01` },
});
const spansOf = (documents: Parameters<typeof tracesOf>[0]) => {
  const { links, parent } = tracesOf(documents);
  return { links: links.map(({ spanId }) => spanId[0]), parent: parent?.spanId[0] };
};

describe('tracesOf', () => {
  it('goes on in the trace that all records are of', () => {
    expect(spansOf([traced('a'), traced('a')])).toEqual({ links: ['a'], parent: 'a' });
  });

  it('links to each trace once where there are several, or a record has none', () => {
    expect(spansOf([traced('a'), traced('b'), traced('a')])).toEqual({
      links: ['a', 'b'],
      parent: undefined,
    });
    expect(spansOf([traced('a'), {}])).toEqual({ links: ['a'], parent: undefined });
  });

  it('takes what is no trace for none, and no more than 128 links', () => {
    expect(spansOf([{ trace: { traceparent: 'Erika' } }])).toEqual({ links: [], parent: undefined });
    const many = Array.from({ length: 200 }, (_, n) => ({
      trace: { traceparent: `00-${'a'.repeat(32)}-${(n + 1).toString(16).padStart(16, '0')}-01` },
    }));
    expect(tracesOf(many.slice(0, 128)).links).toHaveLength(128);
    expect(tracesOf(many).links).toHaveLength(128);
  });
});

describe('retryReason', () => {
  it.each([
    ['status 429', '429'],
    ['elasticsearch-503', '503'],
    ['elasticsearch-413', '413'],
    ['elasticsearch-unreachable', 'unreachable'],
    ['quarantine: elasticsearch-503', 'quarantine'],
    ['status 418', 'other'],
    ['Erika', 'other'],
  ])('of %s is %s', (code, label) => {
    expect(retryReason(code)).toBe(label);
  });
});
