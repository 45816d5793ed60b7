import { expect, it } from 'vitest';
import { needsBackends } from './arguments.ts';

it.each([
  [[], true],
  [['--project', 'unit'], false],
  [['--project=unit', 'deploy/local'], false],
  [['--project', 'integration'], true],
  [['--project', 'unit', '--project=e2e'], true],
  [['--project', 'unit*'], true],
  [['--project'], true],
  [['-t', 'unit'], true],
])('vitest with %j needs Kafka and Elasticsearch: %s', (args, needed) => {
  expect(needsBackends(args)).toBe(needed);
});
