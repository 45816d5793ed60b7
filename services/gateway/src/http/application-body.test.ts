import { sentEventProblems } from '@auditbox/fhir-core';
import { describe, expect, it } from 'vitest';
import { bodyFormOf, submittedOf } from './application-body.ts';

const EVENT = {
  ...{ org_id: 'o', action: 'a', action_result: 'success', actor_id: 'u', actor_type: 'user' },
  occurred_at: '2026-01-16T16:03:16Z',
};
const good = JSON.stringify(EVENT);

/** What becomes of each item: taken for an event, or not. */
function itemsOf(body: string, form: 'json' | 'lines' = 'json', itemsMax = 100) {
  const submitted = submittedOf(Buffer.from(body), form, itemsMax);
  if (submitted.kind === 'refused') return submitted.status;
  const items = submitted.kind === 'one' ? [submitted.item] : submitted.items;
  return items.map((item) => item.kind === 'parsed' && sentEventProblems(item.value).length === 0);
}

describe('the form of a body', () => {
  it.each([
    ['application/json', 'json'],
    ['Application/JSON; charset="UTF-8"', 'json'],
    ['application/json;', 'json'],
    ['application/x-ndjson', 'lines'],
    ['application/jsonl; charset=utf-8', 'lines'],
    ['application/json; charset=latin1', undefined],
    ['application/fhir+json', undefined],
    ['text/plain', undefined],
    ['', undefined],
    [null, undefined],
  ])('of %j is %j', (header, form) => {
    expect(bodyFormOf(header)).toBe(form);
  });
});

describe('what is wrong with one of several is that one’s alone', () => {
  const twice = `{"org_id":"first",${good.slice(1)}`;

  it.each<[what: string, bad: string]>([
    ['no object', '7'],
    ['a key that stands twice', twice],
    ['half of a surrogate pair', good.replace('"o"', '"\\ud800"')],
    ['what nests', good.replace('"o"', '[[[[[[[[[[1]]]]]]]]]]')],
    [
      'a number that is not whole as it was written',
      `{"response_status":200.00000000000000001,${good.slice(1)}`,
    ],
  ])('%s', (_what, bad) => {
    expect(itemsOf(`[${good},${bad},${good}]`)).toEqual([true, false, true]);
    expect(itemsOf(`${good}\n${bad}\r\n\n ${good}`, 'lines')).toEqual([true, false, true]);
    expect(itemsOf(bad)).toEqual([false]);
  });

  it('however many before it are wrong, and in however many ways', () => {
    const wrong = `{${Array.from({ length: 200 }, () => '"x":1').join(',')}}`;
    expect(itemsOf(`[${wrong},${twice},${good}]`)).toEqual([false, false, true]);
    expect(itemsOf(`[${Array.from({ length: 60 }, () => twice).join(',')}]`)).not.toContain(true);
  });
});

it('a body that is none, has no event, or too many, is refused', () => {
  expect(itemsOf('[]')).toBe(400);
  expect(itemsOf('\n \n', 'lines')).toBe(400);
  expect(itemsOf(`[${good},${good}]`, 'json', 1)).toBe(413);
  expect(itemsOf(`${good}\n${good}`, 'lines', 1)).toBe(413);
  expect(itemsOf('[1,')).toEqual([false]);
});
