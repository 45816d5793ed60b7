import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ISSUES_MAX } from '../validate/bound.ts';
import { canonicalForm } from './canonical.ts';
import { entrySources } from './entry-sources.ts';
import { inspectJson, type JsonFinding, OBJECT_KEYS_MAX } from './inspect-json.ts';
import { compact, halfPairs, repeatedKeys, textOf, writtenJson } from './json-writing.case.ts';
import { JSON_PROBLEMS_MAX, type ParsedJson, parseJson } from './parse-json.ts';
import { stampedBytes } from './stamp.ts';

const LIMITS = { levelsMax: 64 };

const bytesOf = (text: string) => new TextEncoder().encode(text);
const parse = (body: string | Uint8Array) =>
  parseJson(typeof body === 'string' ? bytesOf(body) : body, LIMITS);

function parsed(body: string | Uint8Array): ParsedJson & { kind: 'parsed' } {
  const result = parse(body);
  if (result.kind === 'refused') throw new Error(result.issues[0].diagnostics);
  return result;
}

const reason = (body: string | Uint8Array) => {
  const result = parse(body);
  return result.kind === 'refused' ? result.reason : undefined;
};

/** What is said of `text`, and where. */
const said = (text: string) =>
  parsed(text).problems.map(({ path, issue }) => [path, issue.code, issue.expression?.[0]]);

/** Choices for a writing, again and again from the start. */
const choices = fc.array(fc.nat({ max: 9 }), { minLength: 1 }).map((list) => {
  let next = 0;
  return () => list[next++ % list.length] ?? 0;
});

describe('parseJson refuses', () => {
  it.each([
    ['a byte that UTF-8 has not', Uint8Array.of(0x22, 0xff, 0x22)],
    ['an overlong form', Uint8Array.of(0x22, 0xc0, 0xaf, 0x22)],
    ['half a surrogate pair in bytes', Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)],
    ['UTF-16', Uint8Array.of(0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00)],
    ['a character that is cut off', Uint8Array.of(0x22, 0xc3)],
  ])('as not UTF-8: %s', (_what, bytes) => {
    expect(reason(bytes)).toBe('not-utf-8');
    expect(reason('{}')).toBeUndefined(); // a refusal leaves nothing behind
  });

  it.each([
    '',
    ' ',
    '\ufeff',
    '\ufeff\ufeff{}',
    '\0',
    '{}\0',
    '{} {}',
    '{},',
    '{"a":1,}',
    '[1,]',
    "{'a':1}",
    '{a:1}',
    '{"a":01}',
    '{"a":.5}',
    '{"a":+1}',
    'NaN',
    '{"a":"\t"}',
    '{"a":"\\x"}',
    '{"a":"\\u12"}',
    '{"a":1',
    '// {}',
    'Erika',
  ])('as not JSON: %j', (text) => {
    const result = parse(text);
    expect(result).toMatchObject({ kind: 'refused', reason: 'not-json', issues: [{ code: 'structure' }] });
    expect(JSON.stringify(result)).not.toContain('Erika');
  });

  it('one level too deep, and takes what is at the limit, of objects and of arrays', () => {
    const nested = (levels: number) => [
      '['.repeat(levels) + ']'.repeat(levels),
      `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`,
    ];
    for (const text of nested(64)) expect(reason(text)).toBeUndefined();
    for (const text of nested(65)) expect(reason(text)).toBe('too-deep');
    expect(reason(`[${'[],'.repeat(100)}{}]`)).toBeUndefined();
  });

  it('a million levels without overflowing, closed or not', () => {
    expect(reason('['.repeat(1e6) + ']'.repeat(1e6))).toBe('too-deep');
    expect(reason(`${'{"a":'.repeat(1e6)}1.10${'}'.repeat(1e6)}`)).toBe('too-deep');
    expect(reason('['.repeat(1e6))).toBe('not-json');
  });
});

describe('parseJson takes', () => {
  it('a byte-order mark as nothing, and gives the text without it', () => {
    expect(parsed('\ufeff{"a":1}')).toMatchObject({ text: '{"a":1}', value: { a: 1 }, problems: [] });
  });

  it('a NUL in a string as the character it is', () => {
    expect(parsed('{"a":"\\u0000"}')).toMatchObject({ value: { a: '\0' }, problems: [] });
  });

  it.each([
    '1.10',
    '1e400',
    '-0',
    '1E+2',
    '9'.repeat(400),
    '0.10000000000000000001',
    `0.${'0'.repeat(400)}1`,
  ])('the number %s as it is written', (number) => {
    for (const text of [`{"a":${number}}`, `[1,${number}]`, number, `[ ${number} ]`]) {
      expect(JSON.stringify(parsed(text).exact)).toBe(text.replaceAll(' ', ''));
    }
  });

  it('a text without such numbers once', () => {
    const { exact, value } = parsed('{"a":[1,2,-3,1.5,1e+21],"b":"1.10"}');
    expect(exact).toBe(value);
  });

  it('an object that looks like a number of ours as the object it is', () => {
    const text = '{"a":{"rawJSON":"1.10"},"b":1.10}';
    expect(JSON.stringify(parsed(text).exact)).toBe(text);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'toJSON'])(
    '%s as a key like any other, in all that is made of it',
    (key) => {
      for (const number of ['1', '1.10']) {
        const text = `{"resourceType":"AuditEvent","${key}":{"polluted":${number}}}`;
        const { value, exact, problems } = parsed(text);
        expect(problems).toEqual([]);
        for (const event of [value, exact] as Record<string, unknown>[]) {
          expect(Object.hasOwn(event, key)).toBe(true);
          expect(Object.getPrototypeOf(event)).toBe(Object.prototype);
          const kept = `"${key}":{"polluted":${event === exact ? number : Number(number)}}`;
          expect(JSON.stringify(event)).toContain(kept);
          expect(canonicalForm(event)).toContain(kept);
          expect(stampedBytes(event, { id: 'x', lastUpdated: 'y' }).toString()).toContain(kept);
        }
        expect(({} as Record<string, unknown>).polluted).toBeUndefined();
      }
    },
  );

  it.each([
    ['{"a":1,"a":1}', [[[], 'structure', undefined]]],
    ['{"a":1,"\\u0061":1}', [[[], 'structure', undefined]]],
    ['{"action":1,"\\u0061ction":1}', [[['action'], 'structure', undefined]]],
    ['{"__proto__":1,"__proto__":2}', [[[], 'structure', undefined]]],
    [
      '{"resourceType":"AuditEvent","action":"C","action":"R"}',
      [[['action'], 'structure', 'AuditEvent.action']],
    ],
    [
      '{"resourceType":"AuditEvent","agent":[{"who":{}},{"name":"a","name":"b"}]}',
      [[['agent', 1, 'name'], 'structure', 'AuditEvent.agent[1].name']],
    ],
    [
      '{"resourceType":"Bundle","entry":[{},{"resource":{"agent":[{"erika":{"name":1,"name":2}}]}}]}',
      [[['entry', 1, 'resource', 'agent', 0], 'structure', 'Bundle.entry[1].resource.agent[0]']],
    ],
    [
      '{"resourceType":"AuditEvent","_recorded":{"id":1,"id":2}}',
      [[['_recorded', 'id'], 'structure', 'AuditEvent.recorded.id']],
    ],
    ['{"resourceType":"Patient","name":[{"a":1,"a":2}]}', [[['name', 0], 'structure', undefined]]],
    ['"\\ud800"', [[[], 'value', undefined]]],
    ['["\\udc00\\ud800"]', [[[0], 'value', undefined]]],
    [
      '{"resourceType":"AuditEvent","outcomeDesc":"\\n \\uD83D"}',
      [[['outcomeDesc'], 'value', 'AuditEvent.outcomeDesc']],
    ],
    ['{"resourceType":"AuditEvent","source":{"\\ud800":1}}', [[['source'], 'value', 'AuditEvent.source']]],
    ['{"resourceType":"AuditEvent","outcomeDesc":"\\ud83d\\ude00"}', []],
    ['{"resourceType":"AuditEvent","outcomeDesc":"\\\\ud800"}', []],
    ['{"a":{"b":1},"b":{"a":1}}', []],
    ['[{"a":1},{"a":1}]', []],
    ['{"a":"\\"a\\":1,","b":1}', []],
  ] as const)('%s and says %j', (text, expected) => expect(said(text)).toEqual(expected));

  it('keys that stand twice among very many', () => {
    const many = Array.from({ length: OBJECT_KEYS_MAX - 1 }, (_, i) => `"k${i}":1`);
    expect(said(`{${many.join(',')}}`)).toEqual([]);
    expect(said(`{${many.join(',')},"k7":1}`)).toHaveLength(1);
    expect(said(`[{${many.join(',')}},{"k7":1,"k8":1}]`)).toEqual([]);
  });

  it('no more problems of one entry than are listed, and still those of the next', () => {
    const bad = (count: number) =>
      `{${Array(count + 1)
        .fill('"id":"x"')
        .join(',')}}`;
    const text = `{"resourceType":"Bundle","entry":[${bad(ISSUES_MAX + 1)},${bad(1)}]}`;
    const entries = parsed(text).problems.map(({ path }) => path[1]);
    expect(entries).toEqual([...Array(ISSUES_MAX).fill(0), 1]);
  });

  it('more problems than its bound as one of the whole text', () => {
    const bundle = (entries: number) =>
      `{"resourceType":"Bundle","entry":[${Array(entries).fill('{"id":1,"id":1}').join(',')}]}`;
    expect(parsed(bundle(JSON_PROBLEMS_MAX)).problems.every(({ path }) => path.length > 0)).toBe(true);
    const { problems } = parsed(bundle(JSON_PROBLEMS_MAX + 10));
    expect(problems).toHaveLength(JSON_PROBLEMS_MAX + 1);
    expect(problems.at(-1)?.path).toEqual([]);
  });
});

describe('whatever JSON is written, and however', () => {
  it('comes back as it was written, without its blanks', () => {
    fc.assert(
      fc.property(writtenJson({ anyKeys: false }), choices, (written, choose) => {
        const text = textOf(written, choose);
        const { value, exact, problems } = parsed(text);
        expect(problems).toEqual([]);
        expect(value).toEqual(JSON.parse(text));
        expect(JSON.stringify(exact)).toBe(compact(written));
      }),
      { numRuns: 200 },
    );
  });

  it('has each of its repeated keys and half pairs found, and its last keys kept', () => {
    fc.assert(
      fc.property(writtenJson({ anyKeys: true }), choices, (written, choose) => {
        const text = textOf(written, choose);
        const found: JsonFinding[] = [];
        inspectJson(Buffer.from(text).toString('latin1'), 64, (finding) => found.push(finding));
        expect(found.filter(({ kind }) => kind === 'key')).toHaveLength(repeatedKeys(written));
        expect(found.filter(({ kind }) => kind === 'surrogate')).toHaveLength(halfPairs(written));
        expect(JSON.stringify(parsed(text).exact)).toBe(compact(written));
      }),
      { numRuns: 200 },
    );
  });

  it('has the repeated keys of wide objects found, however many there are before', () => {
    const keys = fc.array(fc.nat({ max: 60 }), { maxLength: 100, size: 'max' });
    fc.assert(
      fc.property(keys, keys, (outer, inner) => {
        const object = (names: readonly number[]) => names.map((name) => `"k${name}":0`).join(',');
        const text = `[{${object(outer)},"in":{${object(inner)}}},{${object(inner)}}]`.replace('{,', '{');
        const repeated = (names: readonly number[]) => names.length - new Set(names).size;
        let found = 0;
        inspectJson(text, 64, () => (found += 1));
        expect(found).toBe(repeated(outer) + 2 * repeated(inner));
      }),
    );
  });

  it('never throws, on JSON with a byte changed and on any bytes', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .tuple(writtenJson({ anyKeys: true }), choices, fc.nat(), fc.nat({ max: 255 }))
        .map(([written, choose, at, byte]) => {
          const changed = bytesOf(textOf(written, choose));
          changed[at % changed.length] = byte;
          return changed;
        }),
    );
    fc.assert(
      fc.property(bytes, (body) => void parse(body)),
      { numRuns: 300 },
    );
  });
});

describe('entrySources', () => {
  it('gives each entry and its resource as they were written', () => {
    const resource = '{ "id" : "a\\u00e9\\"]}", "n": 1.10 }';
    const text = ` {"type":"batch","entry" : [ {"resource":${resource} ,"request":{}}, {}, 7 , [1,"]"], {"resource":null}]}`;
    expect(entrySources(text)).toEqual([
      { entry: `{"resource":${resource} ,"request":{}}`, resource },
      { entry: '{}', resource: undefined },
      { entry: '7', resource: undefined },
      { entry: '[1,"]"]', resource: undefined },
      { entry: '{"resource":null}', resource: 'null' },
    ]);
  });

  it.each([
    '[]',
    '7',
    '"entry"',
    '{}',
    '{"entry":{}}',
    '{"entry":[]}',
    '{"entry":[ ]}',
    '{"a":{"entry":[1]}}',
  ])('finds none in %s', (text) => expect(entrySources(text)).toEqual([]));

  it('agrees with the parsed value, whatever is written', () => {
    const entries = fc.array(writtenJson({ anyKeys: true }), { maxLength: 5 });
    fc.assert(
      fc.property(entries, choices, (list, choose) => {
        const asEntry = list.map((value) => `{"resource":1,"r\\u0065source":${textOf(value, choose)}}`);
        const text = `{"entry":0,"\\u0065ntry":[${asEntry.join(' , ')}]}`;
        const sources = entrySources(text);
        expect(sources.map(({ entry }) => entry)).toEqual(asEntry);
        expect(sources.map(({ resource }) => JSON.parse(resource ?? ''))).toEqual(
          (JSON.parse(text) as { entry: { resource: unknown }[] }).entry.map((entry) => entry.resource),
        );
      }),
    );
  });
});

describe('an object', () => {
  const wide = (keys: number) =>
    Buffer.from(
      JSON.stringify([Object.fromEntries(Array.from({ length: keys }, (_, at) => [`k${at}`, at]))]),
    );

  it('has at most so many keys, and one more is refused', () => {
    expect(parseJson(wide(OBJECT_KEYS_MAX), { levelsMax: 64 }).kind).toBe('parsed');
    expect(parseJson(wide(OBJECT_KEYS_MAX + 1), { levelsMax: 64 })).toMatchObject({
      kind: 'refused',
      reason: 'too-wide',
    });
  });
});
