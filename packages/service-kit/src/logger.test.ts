import { describe, expect, it } from 'vitest';
import { createLogger, describeError } from './logger.ts';

class CodedError extends Error {
  override readonly name = 'CodedError';
  readonly code = 'not-there';
}

const thrownBy = (fail: () => unknown): unknown => {
  try {
    return fail();
  } catch (error) {
    return error;
  }
};

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

  it('takes no line of a message for one of the stack', () => {
    // A short text that is no JSON is quoted whole, with its line breaks.
    const parsing = (): unknown => JSON.parse('x\n    at Erika');
    expect(parsing).toThrow('at Erika');
    const failing = (): never => {
      throw new Error('a\n    at Erika (b:1:1)\n');
    };
    for (const fail of [parsing, failing]) {
      const stack = describeError(thrownBy(fail)).stack?.join();
      expect(stack).toContain('logger.test');
      expect(stack).not.toContain('Erika');
    }
    const changed = new Error('a\n    at Erika');
    changed.message = 'b';
    expect(JSON.stringify(describeError(changed))).not.toContain('Erika');
  });

  it('ends, also where causes go in circles', () => {
    const error = new Error('a');
    error.cause = error;
    expect(JSON.stringify(describeError(error)).length).toBeLessThan(100_000);
  });
});

describe('createLogger', () => {
  const logged = (
    level: 'info' | 'off',
    write: (logger: ReturnType<typeof createLogger>) => void,
  ): string => {
    const lines: string[] = [];
    write(createLogger('test', level, { write: (line) => lines.push(line) }));
    return lines.join('');
  };

  it('writes one JSON object a line, with the service and the level by name', () => {
    const [line = ''] = logged('info', (logger) => logger.info({ count: 1 }, 'hello')).split('\n');
    expect(JSON.parse(line)).toMatchObject({ level: 'info', service: 'test', count: 1, msg: 'hello' });
  });

  it('never writes the message of an error, a token or an event', () => {
    const text = logged('info', (logger) => {
      logger.error({ err: new CodedError('Erika Mustermann') }, 'failed');
      logger.info({ authorization: 'Bearer Erika', request: { token: 'Erika', event: 'Erika' } }, 'asked');
    });
    expect(text).toContain('not-there');
    expect(text).toContain('[redacted]');
    expect(text).not.toContain('Erika');
  });

  it('writes nothing when it is off', () => {
    expect(logged('off', (logger) => logger.error({}, 'x'))).toBe('');
  });
});
