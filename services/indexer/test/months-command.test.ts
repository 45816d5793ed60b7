/** The operator's command as it is run: a process with the indexer's settings, on the real Elasticsearch. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type OwnIndices, ownIndices, THIS_MONTH } from './own-indices.ts';

const MAIN = fileURLToPath(new URL('../src/months.ts', import.meta.url));
const OLD = '2019.03';

type Ended = { readonly status: number; readonly out: string; readonly err: string };

function run(args: readonly string[], settings: Readonly<Record<string, string>>): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { env: { ...settings } }, (error, out, err) =>
      resolve({ status: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

let own: OwnIndices;
let settings: Readonly<Record<string, string>>;
beforeAll(async () => {
  own = await ownIndices(inject('elasticUri'));
  const replica = await own.replica();
  for (const month of [OLD, OLD, THIS_MONTH, 'other']) await own.write(month, replica);
  await own.client.indices.refresh({ index: `${own.indexPrefix}-v*` });
  settings = { ELASTIC_URI: inject('elasticUri'), AUDITBOX_INDEX_PREFIX: own.indexPrefix };
});
afterAll(() => own?.[Symbol.asyncDispose]());

const retention = { AUDITBOX_DATA_RETENTION_DAYS: '1000' };
/** The columns of the line of a month. */
const lineOf = (out: string, month: string): string[] =>
  (out.split('\n').find((line) => line.startsWith(month)) ?? '').split(/ {2,}/);

it('holds a month, says so, and releases it', async () => {
  expect(await run(['hold', OLD], settings)).toEqual({
    status: 0,
    out: `${OLD} is held: it is not deleted until it is released\n`,
    err: '',
  });
  expect((await run(['hold', OLD], settings)).status).toBe(0);
  expect((await own.months.look(OLD)).month).toBe('held');
  expect(lineOf((await run([], { ...settings, ...retention })).out, OLD)).toEqual([
    OLD,
    expect.stringMatching(/^held since \d{4}-\d\d-\d\dT/),
    ...['1', '2', expect.stringMatching(/^[1-9]\d+$/), 'past retention'],
  ]);

  const released = await run(['release', OLD], { ...settings, ...retention });
  expect(released).toMatchObject({ status: 0, out: expect.stringContaining('past its retention') });
  expect((await own.months.look(OLD)).month).toBeUndefined();
  expect(await run(['release', OLD], settings)).toMatchObject({ status: 0, out: `${OLD} was not held\n` });
});

it('lists every month, whether there are events of it or not, and until when it is kept', async () => {
  await own.months.hold('2030.01');
  const { status, out } = await run(['list'], { ...settings, ...retention });
  expect(status).toBe(0);
  expect(out.split('\n')[0]?.split(/ {2,}/)).toEqual([
    ...['month', 'state', 'indices', 'documents', 'bytes', 'kept until'],
  ]);
  expect(lineOf(out, 'other').at(-1)).toBe('for ever');
  expect(lineOf(out, THIS_MONTH).at(-1)).toMatch(/^\d{4}-\d\d-\d\d$/);
  expect(lineOf(out, '2030.01').slice(2)).toEqual(['0', '0', '0', '2032-10-28']);
  expect(lineOf((await run(['list'], settings)).out, OLD).at(-1)).toBe('for ever');
});

it('neither holds nor releases a month that was dropped', async () => {
  await own.months.drop('2018.01');
  for (const command of ['hold', 'release']) {
    expect(await run([command, '2018.01'], settings)).toEqual({
      status: 1,
      out: '',
      err: expect.stringContaining('2018.01 was dropped'),
    });
  }
  expect(lineOf((await run(['list'], settings)).out, '2018.01')).toEqual([
    ...['2018.01', expect.stringMatching(/^dropped since /), '0', '0', '0', '-'],
  ]);
});

describe('says in one line what is wrong, and ends with 1', () => {
  it.each([
    ['a month that there is not', ['hold', '2025-03'], 'there is no such month'],
    ['a month outside of all', ['release', '2040.01'], 'there is no such month'],
    ['no month', ['hold'], 'there is no such month'],
    ['another command', ['drop', '2025.03'], 'usage:'],
    ['more than it takes', ['hold', '2025.03', '2025.04'], 'usage:'],
  ])('%s', async (_what, args, says) => {
    const { status, out, err } = await run(args, settings);
    expect([status, out, err.trim().split('\n').length]).toEqual([1, '', 1]);
    expect(err).toContain(says);
  });

  it.each([
    [
      'an Elasticsearch that is away',
      { ELASTIC_URI: 'http://127.0.0.1:1' },
      'does not answer at ELASTIC_URI',
    ],
    [
      'a prefix under which no indexer has started',
      { AUDITBOX_INDEX_PREFIX: 'nobody' },
      'no indexer has started',
    ],
  ])('%s', async (_what, wrong, says) => {
    for (const args of [['list'], ['hold', OLD], ['release', OLD]]) {
      const { status, out, err } = await run(args, { ...settings, ...wrong });
      expect([status, out, err.trim().split('\n').length]).toEqual([1, '', 1]);
      expect(err).toContain(says);
    }
    expect(await own.client.indices.exists({ index: 'nobody-months' })).toBe(false);
  });
});

it('ends with 78 where a setting is wrong, and names it', async () => {
  expect(await run(['list'], { ...settings, AUDITBOX_DATA_RETENTION_DAYS: '0' })).toMatchObject({
    status: 78,
    err: expect.stringContaining('AUDITBOX_DATA_RETENTION_DAYS'),
  });
});
