/** Months that are dropped, in the real Elasticsearch: which go, which stay, and that what is gone does not come back. */
import { PROJECTION_VERSION, writtenIndex } from '@auditbox/fhir-core';
import { describe, expect, inject, it } from 'vitest';
import { INDEX_MISSING, MONTH_DROPPED } from '../src/domain/disposition.ts';
import { monthIndices } from '../src/elastic/month-index.ts';
import type { Months } from '../src/elastic/months.ts';
import { sweepMonths } from '../src/elastic/retention.ts';
import { type OwnIndices, ownIndices, THIS_MONTH } from './own-indices.ts';

/** Years after the old months and years before the end of this one. */
const DAYS = 1000;
const OLD = '2019.03';
const OLDER = '2018.12';
const created = { status: 201 };
const OTHER_PROJECTION = PROJECTION_VERSION + 1;
const OF_ANOTHER = { _meta: { projection: OTHER_PROJECTION } };
const ONE_COPY = { number_of_replicas: 0 };
const never = new AbortController().signal;

type Asked = { readonly now?: () => number; readonly days?: number; readonly months?: Partial<Months> };

/** One sweep, and what it reported. */
async function swept(own: OwnIndices, { now = Date.now, days = DAYS, months = {} }: Asked = {}) {
  const deleted: string[] = [];
  const notDropped: string[] = [];
  const apart: number[] = [];
  const reports = {
    deleted: (_month: string, index: string) => void deleted.push(index),
    notDropped: (month: string, { code }: { code: string }) => void notDropped.push(`${month} ${code}`),
    clocksApart: (ms: number) => void apart.push(ms),
  };
  const { client, indexPrefix } = own;
  await sweepMonths({ client, indexPrefix, days, now, reports, months: { ...own.months, ...months } }, never);
  return { deleted: deleted.toSorted(), notDropped, apart };
}

const indexOf = (own: OwnIndices, month: string) => writtenIndex(month, own.indexPrefix);
const stateOf = async (own: OwnIndices, month: string) => (await own.months.look(month)).month;
const nothing = { deleted: [], notDropped: [], apart: [] };

describe('a sweep', () => {
  it('drops the months that are past, in every generation, and leaves this one and those outside all months', async () => {
    await using own = await ownIndices(inject('elasticUri'));
    const replica = await own.replica();
    for (const month of [OLD, OLDER, 'other', THIS_MONTH]) {
      expect(await own.write(month, replica)).toEqual(created);
    }
    const another = writtenIndex(OLD, own.indexPrefix, OTHER_PROJECTION);
    await own.client.indices.create({ index: another, mappings: OF_ANOTHER, settings: ONE_COPY });
    await own.client.indices.close({ index: another });
    // Before generations an index had the name that is read.
    const before = { index: `${own.indexPrefix}-2017.07`, mappings: { _meta: { projection: 4 } } };
    await own.client.indices.create({ ...before, settings: ONE_COPY });

    const old = [another, before.index, indexOf(own, OLDER), indexOf(own, OLD)];
    expect(await swept(own)).toEqual({ ...nothing, deleted: old.toSorted() });
    expect(await own.names()).toEqual([indexOf(own, THIS_MONTH), indexOf(own, 'other')].toSorted());
    expect(await stateOf(own, OLD)).toBe('dropped');
    expect(await stateOf(own, THIS_MONTH)).toBeUndefined();
    expect(await swept(own)).toEqual(nothing);
  });

  it('leaves what is not ours, whatever it is called', async () => {
    await using own = await ownIndices(inject('elasticUri'));
    const foreign = [
      // Of another prefix, which reads like one of our generations.
      { index: writtenIndex(OLD, own.indexPrefix, 2), mappings: OF_ANOTHER },
      { index: writtenIndex(OLD, own.indexPrefix, 3), mappings: {} },
      { index: `${indexOf(own, OLD)}-copy`, mappings: {} },
      { index: `${own.indexPrefix}-${OLD}`, mappings: {} },
    ];
    for (const request of foreign) await own.client.indices.create({ ...request, settings: ONE_COPY });
    expect(await swept(own)).toEqual(nothing);
    expect(await own.names()).toEqual(foreign.map(({ index }) => index).toSorted());
  });

  it('leaves a month that is held, until it is released', async () => {
    await using own = await ownIndices(inject('elasticUri'));
    await own.write(OLD);
    expect(await own.months.hold(OLD)).toBe('held');
    expect(await swept(own)).toEqual(nothing);
    // Late events of it are written as ever.
    expect(await own.write(OLD)).toEqual(created);
    expect(await own.months.release(OLD)).toBe('held');
    expect((await swept(own)).deleted).toEqual([indexOf(own, OLD)]);
    expect(await own.months.hold(OLD)).toBe('dropped');
    expect(await own.months.release(OLD)).toBe('dropped');
    expect(await stateOf(own, OLD)).toBe('dropped');
  });

  it('leaves a month that is held after it has looked', async () => {
    await using own = await ownIndices(inject('elasticUri'));
    await own.write(OLD);
    const drop: Months['drop'] = async (month) => {
      await own.months.hold(month);
      return await own.months.drop(month);
    };
    expect(await swept(own, { months: { drop } })).toEqual(nothing);
    expect(await own.names()).toEqual([indexOf(own, OLD)]);
  });

  it('deletes nothing of a month that it could not write down as dropped', async () => {
    await using own = await ownIndices(inject('elasticUri'));
    await own.write(OLD);
    const index = `${own.indexPrefix}-months`;
    await own.client.indices.putSettings({ index, settings: { 'index.blocks.write': true } });
    expect(await swept(own)).toEqual({ ...nothing, notDropped: [`${OLD} elasticsearch-403`] });
    expect(await own.names()).toEqual([indexOf(own, OLD)]);
    await own.client.indices.delete({ index });
    await expect(swept(own)).rejects.toMatchObject({ code: 'elasticsearch-404' });
    expect(await own.names()).toEqual([indexOf(own, OLD)]);
  });

  it('goes on after an index that can not be deleted, and deletes it later', async () => {
    await using own = await ownIndices(inject('elasticUri'));
    await own.write(OLD);
    await own.write(OLDER);
    const index = indexOf(own, OLDER);
    await own.client.indices.putSettings({ index, settings: { 'index.blocks.read_only': true } });
    const first = await swept(own);
    await own.client.indices.putSettings({ index, settings: { 'index.blocks.read_only': null } });
    expect(first).toEqual({
      ...nothing,
      deleted: [indexOf(own, OLD)],
      notDropped: [`${OLDER} elasticsearch-403`],
    });
    // It was decided by then: no clock is asked again.
    expect(await swept(own, { now: () => 0 })).toMatchObject({ deleted: [index] });
  });

  it('by several replicas at once deletes each index, and none fails', async () => {
    await using own = await ownIndices(inject('elasticUri'));
    const old = [OLDER, '2019.01', '2019.02', OLD];
    const replica = await own.replica();
    for (const month of old) await own.write(month, replica);
    const sweeps = await Promise.all([swept(own), swept(own), swept(own)]);
    expect(sweeps.flatMap(({ notDropped }) => notDropped)).toEqual([]);
    const deleted = new Set(sweeps.flatMap((sweep) => sweep.deleted));
    expect([...deleted].toSorted()).toEqual(old.map((month) => indexOf(own, month)).toSorted());
    expect(await own.names()).toEqual([]);
  });

  it('of replicas that keep for longer and for shorter: the shorter one decides', async () => {
    await using own = await ownIndices(inject('elasticUri'));
    await own.write(OLD);
    expect(await swept(own, { days: 36_525 })).toEqual(nothing);
    expect((await swept(own)).deleted).toEqual([indexOf(own, OLD)]);
  });
});

describe('a wrong clock', () => {
  const YEARS_MS = 20 * 365 * 86_400_000;

  it.each([
    ['ahead', () => Date.now() + YEARS_MS, THIS_MONTH],
    ['behind', () => Date.now() - YEARS_MS, OLD],
  ])('years %s drops nothing, and is told', async (_way, now, month) => {
    await using own = await ownIndices(inject('elasticUri'));
    await own.write(month);
    const { apart, ...rest } = await swept(own, { now });
    expect(rest).toEqual({ deleted: [], notDropped: [] });
    expect(apart).toHaveLength(1);
    expect(apart[0]).toBeGreaterThan(YEARS_MS - 60_000);
    expect(await own.names()).toEqual([indexOf(own, month)]);
    expect(await stateOf(own, month)).toBeUndefined();
  });

  it('is told from two minutes on, and what every clock says is past is dropped none the less', async () => {
    await using own = await ownIndices(inject('elasticUri'));
    await own.write(OLD);
    expect((await swept(own, { now: () => Date.now() - 30_000, days: 36_525 })).apart).toEqual([]);
    const { apart, deleted } = await swept(own, { now: () => Date.now() - 120_000 });
    expect(apart).toEqual([expect.any(Number)]);
    expect(deleted).toEqual([indexOf(own, OLD)]);
  });
});

describe('what was dropped does not come back', () => {
  it('by a replica that had it open, nor by one that starts', async () => {
    await using own = await ownIndices(inject('elasticUri'));
    const replica = await own.replica();
    expect(await own.write(OLD, replica)).toEqual(created);
    await swept(own);
    // The first write finds no index and makes none; the next knows why.
    expect(await own.write(OLD, replica)).toEqual({ status: 404, errorType: INDEX_MISSING });
    expect(await own.write(OLD, replica)).toBe(MONTH_DROPPED);
    expect(await own.write(OLD)).toBe(MONTH_DROPPED);
    expect(await own.names()).toEqual([]);
  });

  it('by a replica that makes its index while it is dropped', async () => {
    await using own = await ownIndices(inject('elasticUri'));
    let looks = 0;
    const look: Months['look'] = async (month) => {
      looks += 1;
      // Between the index that was just made and the second look.
      if (looks === 2) {
        expect(await own.names()).toEqual([indexOf(own, OLD)]);
        await own.months.drop(month);
      }
      return await own.months.look(month);
    };
    const replica = monthIndices(own.client, own.settings, { ...own.months, look });
    expect(await own.write(OLD, replica)).toBe(MONTH_DROPPED);
    expect(looks).toBe(2);
    expect(await own.names()).toEqual([]);
  });

  it('by a replica that is killed after it has made an index of it, or before it has deleted one', async () => {
    await using own = await ownIndices(inject('elasticUri'));
    await own.write(OLD);
    expect(await own.months.drop(OLD)).toBe('dropped');
    expect((await swept(own)).deleted).toEqual([indexOf(own, OLD)]);
  });
});

describe('a hold and a drop', () => {
  it('at the same moment are one of the two, for both', async () => {
    await using own = await ownIndices(inject('elasticUri'));
    for (let month = 1; month <= 12; month++) {
      const name = `2019.${String(month).padStart(2, '0')}`;
      const [held, dropped] = await Promise.all([own.months.hold(name), own.months.drop(name)]);
      expect(held).toBe(dropped);
      expect(await stateOf(own, name)).toBe(held);
    }
    expect((await own.months.list()).size).toBe(12);
  });

  it('a release lets go only what it has seen held', async () => {
    await using own = await ownIndices(inject('elasticUri'));
    expect(await own.months.release(OLD)).toBeUndefined();
    await own.months.hold(OLD);
    const both = await Promise.allSettled([own.months.release(OLD), own.months.release(OLD)]);
    expect(both.some((each) => each.status === 'fulfilled' && each.value === 'held')).toBe(true);
    for (const each of both) {
      if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'elasticsearch-409' });
    }
    expect(await stateOf(own, OLD)).toBeUndefined();
  });
});
