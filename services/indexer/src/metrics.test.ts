/** That a rebuild has stopped is to be seen without reading a log. */
import { createMetrics } from '@auditbox/service-kit';
import { expect, it } from 'vitest';
import { watchedRebuild } from './metrics.ts';
import { rebuildReports } from './rebuild-events.ts';

it('a rebuild that has stopped is 1, one that goes on is 0; both are said as ever', async () => {
  const said: string[] = [];
  const say = (_fields: object, text: string) => void said.push(text);
  const logger = { info: say, warn: say, error: say } as unknown as Parameters<typeof rebuildReports>[0];
  const metrics = createMetrics('indexer');
  const reports = watchedRebuild(rebuildReports(logger), metrics);
  const gauge = async () =>
    / ([01])$/m.exec((await metrics.text()).split('\nauditbox_rebuild_stopped')[1] ?? '')?.[1];
  reports.rebuilding(4);
  expect(await gauge()).toBe('0');
  reports.rebuildStopped('fewer-events', 1, ['e-v4-2026.01']);
  expect(await gauge()).toBe('1');
  expect(said).toHaveLength(2);
});
