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

  it.each([
    ['of another version', '{"mappings":{"_meta":{"projection":1}}}'],
    ['of another program', '{"mappings":{"properties":{"id":{"type":"keyword"}}}}'],
    ['without a mapping', '{}'],
  ])('refuses to search beside an index %s', async (_what, body) => {
    const settings = settingsOf(readQueryConfig(pipeline.environment));
    await using other = await startQuery(settings, createLogger('test', 'off'));
    const foreign = `${elastic}/${prefix}-2019.01`;
    const template = { index_patterns: [`${prefix}-2019*`], priority: 1000, template: {} };
    // Above ours, so that the index is none of it.
    for (const [url, text] of [
      [`${elastic}/_index_template/${prefix}-foreign`, JSON.stringify(template)],
      [foreign, body],
    ] as const) {
      expect((await fetch(url, { method: 'PUT', headers: JSON_TYPE, body: text })).status).toBe(200);
    }
    const response = await fetch(`http://127.0.0.1:${other.port}/AuditEvent`);
    expect(response.status).toBe(500);
    expect(await response.text()).toContain('search-index-of-another-version');
    await fetch(foreign, { method: 'DELETE' });
    expect((await fetch(`http://127.0.0.1:${other.port}/AuditEvent`)).status).toBe(200);
  });

  it('answers 503 while the index of quarantine is closed', async () => {
    const { status } = await ask('/quarantine');
    expect(status).toBe(200);
    const index = pipeline.environment.AUDITBOX_QUARANTINE_INDEX;
    expect((await fetch(`${elastic}/${index}/_close`, { method: 'POST' })).status).toBe(200);
    expect(await ask('/quarantine')).toMatchObject({ status: 503, retry: '1' });
    await fetch(`${elastic}/${index}/_open`, { method: 'POST' });
  });
});
