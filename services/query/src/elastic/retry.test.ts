import { errors } from '@elastic/elasticsearch';
import { describe, expect, it } from 'vitest';
import { RETRY_DELAYS_MS, retried } from './retry.ts';

const away = () => new errors.ConnectionError('Erika Mustermann');
const refused = () => new errors.ConfigurationError('Erika Mustermann');

/** An attempt that fails with each of `failures`, then gives `'found'`; and the waits that were asked for. */
function attempts(...failures: Error[]) {
  const waits: number[] = [];
  let made = 0;
  return {
    waits,
    made: () => made,
    attempt: async () => {
      const failure = failures[made++];
      if (failure !== undefined) throw failure;
      return 'found';
    },
    wait: async (delayMs: number) => {
      waits.push(delayMs);
    },
  };
}

const never = new AbortController().signal;

describe('retried', () => {
  it('gives what the first attempt that succeeds gives, waiting longer each time', async () => {
    const { attempt, wait, waits, made } = attempts(away(), away());
    expect(await retried(attempt, never, wait)).toBe('found');
    expect(waits).toEqual(RETRY_DELAYS_MS.slice(0, 2));
    expect(made()).toBe(3);
  });

  it('waits for nothing where the first attempt succeeds', async () => {
    const { attempt, wait, waits } = attempts();
    await retried(attempt, never, wait);
    expect(waits).toEqual([]);
  });

  it('gives up after the last delay, with a code that says that it may pass, and no foreign text', async () => {
    const { attempt, wait, waits } = attempts(...Array.from({ length: 20 }, away));
    const failure = retried(attempt, never, wait);
    await expect(failure).rejects.toMatchObject({ code: 'search-engine-unavailable', retryable: true });
    await expect(failure).rejects.not.toThrow(/Erika/);
    expect(waits).toEqual([...RETRY_DELAYS_MS]);
  });

  it('does not try again what can not pass', async () => {
    const { attempt, wait, made } = attempts(refused());
    await expect(retried(attempt, never, wait)).rejects.toMatchObject({
      code: 'search-engine-refused',
      retryable: false,
    });
    expect(made()).toBe(1);
  });

  it('does not try again for a client that went away', async () => {
    const { attempt, wait, made } = attempts(away());
    await expect(retried(attempt, AbortSignal.abort(), wait)).rejects.toMatchObject({ name: 'ElasticError' });
    expect(made()).toBe(1);
  });
});
