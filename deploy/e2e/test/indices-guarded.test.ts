/**
 * A search never leaves an index out without a word: not one that another release or program made, not one that is closed;
 * and it never looks into those of another prefix.
 */
import { startIndexer } from '@auditbox/indexer';
import { readConfig } from '@auditbox/indexer/config';
import { startQuery } from '@auditbox/query';
import { readConfig as readQueryConfig } from '@auditbox/query/config';
import { createLogger } from '@auditbox/service-kit';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { postBundle, search, total } from '../src/client.ts';
import { PAGE_EVENT } from '../src/events.ts';
import { eventually } from '../src/eventually.ts';
import { ownEnvironment, type Pipeline, settingsOf, startPipeline } from '../src/pipeline.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

it('an index of another projection is refused by name, and left as it is', async () => {
  const elasticUri = inject('elasticUri');
  const environment = ownEnvironment({ kafkaBrokers: inject('kafkaBrokers'), elasticUri });
  const index = `${environment.AUDITBOX_INDEX_PREFIX}-2019.05`;
  const url = `${elasticUri}/${index}`;
  const mappings = { dynamic: 'strict', properties: { agent_name: { type: 'keyword' } } };
  const created = await fetch(url, {
    method: 'PUT',
    headers: JSON_TYPE,
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

describe('a running query', () => {
  let pipeline: Pipeline;
  let elastic: string;
  let prefix: string;
  const inMonth = (month: string) => ({ ...PAGE_EVENT, recorded: `${month}-15T00:00:00Z` });
  const ask = async (path: string) => {
    const response = await fetch(`${pipeline.url}${path}`);
    return {
      status: response.status,
      retry: response.headers.get('retry-after'),
      text: await response.text(),
    };
  };

  beforeAll(async () => {
    pipeline = await startPipeline({
      kafkaBrokers: inject('kafkaBrokers'),
      elasticUri: inject('elasticUri'),
    });
    elastic = inject('elasticUri');
    prefix = pipeline.environment.AUDITBOX_INDEX_PREFIX ?? '';
    await postBundle(`${pipeline.url}/`, [inMonth('2025-03'), inMonth('2025-04')]);
    await eventually(
      'both are found',
      () => total(pipeline.url),
      (found) => found === 2,
    );
  });
  afterAll(() => pipeline?.[Symbol.asyncDispose]());

  it('answers 503 while an index is closed, and all of it once it is open again', async () => {
    const [first] = (await search(pipeline.url, 'date=2025-03')).entry ?? [];
    await fetch(`${elastic}/${prefix}-2025.03/_close`, { method: 'POST' });
    for (const path of ['/AuditEvent', '/AuditEvent?_summary=count', `/AuditEvent/${first?.resource.id}`]) {
      expect(await ask(path)).toMatchObject({ status: 503, retry: '1' });
    }
    await fetch(`${elastic}/${prefix}-2025.03/_open`, { method: 'POST' });
    await eventually(
      'both are found',
      () => total(pipeline.url),
      (found) => found === 2,
    );
  });

  it('does not look into the indices of a prefix that begins with its own', async () => {
    const other = `${prefix}-v2-2025.03`;
    const created = await fetch(`${elastic}/${other}/_doc/1`, {
      method: 'PUT',
      headers: JSON_TYPE,
      body: '{"foo":"secret"}',
    });
    expect(created.status).toBe(201);
    await fetch(`${elastic}/${other}/_refresh`, { method: 'POST' });
    expect(await total(pipeline.url)).toBe(2);
  });

  it('refuses to search beside an index that it did not make', async () => {
    await using other = await startQuery(
      settingsOf(readQueryConfig(pipeline.environment)),
      createLogger('test', 'off'),
    );
    await fetch(`${elastic}/${prefix}-2019.01`, {
      method: 'PUT',
      headers: JSON_TYPE,
      body: '{"mappings":{"_meta":{"projection":1}}}',
    });
    const response = await fetch(`http://127.0.0.1:${other.port}/AuditEvent`);
    expect(response.status).toBe(500);
    expect(await response.text()).toContain('search-index-of-another-version');
    await fetch(`${elastic}/${prefix}-2019.01`, { method: 'DELETE' });
    expect((await fetch(`http://127.0.0.1:${other.port}/AuditEvent`)).status).toBe(200);
  });
});
