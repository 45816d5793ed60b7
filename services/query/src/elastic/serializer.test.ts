import { describe, expect, it } from 'vitest';
import { ExactSerializer } from './serializer.ts';

describe('ExactSerializer', () => {
  const read = (json: string) => new ExactSerializer().deserialize<unknown>(json);

  it('keeps a long that no number holds as its text', () => {
    expect(read('{"sort":[253360123456789001,"1"],"n":9007199254740993}')).toEqual({
      sort: ['253360123456789001', '1'],
      n: '9007199254740993',
    });
    expect(read('[-9007199254740993]')).toEqual(['-9007199254740993']);
  });

  it('reads all else as JSON is read', () =>
    expect(read('{"a":1767225600000000,"b":1.5,"c":1e300,"d":"253360123456789001"}')).toEqual({
      a: 1_767_225_600_000_000,
      b: 1.5,
      c: 1e300,
      d: '253360123456789001',
    }));
});
