/** An index that another release made would answer some searches with too little: the indexer does not touch it. */
import { startIndexer } from '@auditbox/indexer';
import { readConfig } from '@auditbox/indexer/config';
import { createLogger } from '@auditbox/service-kit';
import { expect, inject, it } from 'vitest';
import { ownEnvironment } from '../src/pipeline.ts';

it('an index of another projection is refused by name, and left as it is', async () => {
  const elasticUri = inject('elasticUri');
  const environment = ownEnvironment({ kafkaBrokers: inject('kafkaBrokers'), elasticUri });
  const index = `${environment.AUDITBOX_INDEX_PREFIX}-2019.05`;
  const url = `${elasticUri}/${index}`;
  const mappings = { dynamic: 'strict', properties: { agent_name: { type: 'keyword' } } };
  const created = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ settings: { number_of_replicas: 0 }, mappings }),
  });
  expect(created.status).toBe(200);

  const decoded = readConfig(environment);
  if ('problems' in decoded) throw new Error(decoded.problems.join(' '));
  await expect(startIndexer(decoded.settings, createLogger('test', 'off'), () => {})).rejects.toMatchObject({
    code: 'elasticsearch-other-projection',
    message: expect.stringContaining(index),
  });
  expect(await (await fetch(`${url}/_mapping`)).json()).toEqual({ [index]: { mappings } });
  const template = await fetch(`${elasticUri}/_index_template/${environment.AUDITBOX_INDEX_PREFIX}`);
  expect(template.status).toBe(404);
});
