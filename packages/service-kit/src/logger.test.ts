import { describe, expect, it } from 'vitest';
import { describeError } from './logger.ts';

class CodedError extends Error {
  override readonly name = 'CodedError';
  readonly code = 'not-there';
}

describe('describeError', () => {
  it('never says a message, which may quote what an event holds', () => {
    const cause = new SyntaxError('Unexpected token in "Erika Mustermann"');
    const described = describeError(new CodedError('for Erika Mustermann\nborn yesterday', { cause }));
    expect(described).toMatchObject({
      name: 'CodedError',
      code: 'not-there',
      cause: { name: 'SyntaxError' },
    });
    expect(described.stack?.length).toBeGreaterThan(0);
    expect(JSON.stringify(described)).not.toMatch(/Erika|born/);
  });

  it('ends, also where causes go in circles', () => {
    const error = new Error('a');
    error.cause = error;
    expect(JSON.stringify(describeError(error)).length).toBeLessThan(100_000);
  });
});
