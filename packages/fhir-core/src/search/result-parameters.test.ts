import { describe, expect, it } from 'vitest';
import { parseResultParameters } from './result-parameters.ts';

const parse = (query: string, of: 'search' | 'read' = 'read') =>
  parseResultParameters(new URLSearchParams(query), of);

const ALL = { pretty: false, subset: undefined, countOnly: false };

describe('parseResultParameters', () => {
  it.each([
    ['', ALL],
    ['_pretty=true', { ...ALL, pretty: true }],
    ['_pretty=false&other=1', ALL],
    ['_summary=true', { ...ALL, subset: 'true' }],
    ['_summary=text', { ...ALL, subset: 'text' }],
    ['_summary=data&_pretty=true', { ...ALL, pretty: true, subset: 'data' }],
    ['_pretty=', { ...ALL, pretty: true }],
    ['_summary=&_elements=', ALL],
    ['_summary=false&_elements=id,', { ...ALL, subset: { elements: ['id'] } }],
    ['_summary=false', ALL],
    ['_elements=type,id,type', { ...ALL, subset: { elements: ['type', 'id'] } }],
  ] as const)('understands %j', (query, presentation) => expect(parse(query)).toEqual({ presentation }));

  it('counts for a search alone', () => {
    expect(parse('_summary=count', 'search')).toEqual({ presentation: { ...ALL, countOnly: true } });
    expect(parse('_summary=count', 'read')).toHaveProperty('issues');
  });

  it.each([
    '_pretty=TRUE',
    '_pretty=true&_pretty=true',
    '_summary=all',
    '_summary=toString',
    '_elements=type, id',
    '_elements=Erika',
    '_elements=agent.who',
    '_elements=AuditEvent.type',
    '_elements=resourceType',
    '_elements=_recorded',
    '_elements=constructor',
    '_elements=type&_elements=id',
    '_elements=type&_summary=true',
  ])('refuses %s and repeats nothing of it', (query) => {
    const parsed = parse(query);
    expect(parsed).toMatchObject({ issues: [{ severity: 'error', code: 'value' }] });
    expect(JSON.stringify(parsed)).not.toContain('Erika');
  });

  it('says all that is wrong', () => {
    expect(parse('_pretty=1&_summary=2&_elements=3')).toMatchObject({
      issues: Array(4).fill({ code: 'value' }),
    });
  });
});
