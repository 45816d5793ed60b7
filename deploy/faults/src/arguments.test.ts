import { describe, expect, it } from 'vitest';
import { askedBy } from './arguments.ts';
import { FAULT_NAMES } from './catalogue.ts';

const half = () => 0.5;

describe('npm run faults', () => {
  it('is one random round where nothing is asked', () => {
    expect(askedBy([], half)).toEqual({
      ...{ kind: 'rounds', only: undefined, rounds: 1, seed: 2 ** 30, minutes: Number.POSITIVE_INFINITY },
    });
  });

  it('goes on until the minutes are over where rounds are not said', () => {
    expect(askedBy(['--minutes', '30'], half)).toMatchObject({
      rounds: Number.POSITIVE_INFINITY,
      minutes: 30,
    });
    expect(askedBy(['--minutes', '30', '--rounds', '5'], half)).toMatchObject({ rounds: 5, minutes: 30 });
  });

  it('takes the seed that a failed round named, and the fault', () => {
    expect(askedBy(['--seed', '17', '--only', 'kafka-sigkill'], half)).toMatchObject({
      ...{ seed: 17, only: ['kafka-sigkill'] },
    });
  });

  it('takes several faults, and all', () => {
    expect(askedBy(['--only', 'poison,kafka-sigstop'])).toMatchObject({ only: ['poison', 'kafka-sigstop'] });
    expect(askedBy(['--only', 'all'])).toMatchObject({ only: FAULT_NAMES });
  });

  it('prints the ledger', () => {
    expect(askedBy(['--ledger'])).toEqual({ kind: 'ledger' });
  });

  it.each([
    [['--only', 'flood']],
    [['--seed', 'x']],
    [['--rounds', '-1']],
    [['--minutes', '1.5']],
    [['--sed', '1']],
    [['17']],
  ])('refuses %j', (args) => {
    expect(askedBy(args)).toMatchObject({ kind: 'refused' });
  });
});
