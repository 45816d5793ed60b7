/**
 * What the server says of itself is so: each search parameter of its CapabilityStatement has a definition that can be
 * read and found, and is applied in each way that the definition lists.
 */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Bundle, Resource } from '../src/client.ts';
import { type Pipeline, startPipeline } from '../src/pipeline.ts';

type SearchParam = {
  readonly name: string;
  readonly type: string;
  readonly definition: string;
  readonly documentation: string;
};
type RestResource = { readonly type: string; readonly searchParam: readonly SearchParam[] };
type Definition = Resource & {
  readonly code: string;
  readonly url: string;
  readonly base: readonly string[];
  readonly type: string;
  readonly modifier?: readonly string[];
  readonly comparator?: readonly string[];
  readonly chain?: readonly string[];
  readonly target?: readonly string[];
};

const TOKEN_ENDPOINT = 'https://idp.example.org/token';

let pipeline: Pipeline;
let resources: readonly RestResource[];
let compartments: readonly string[];

beforeAll(async () => {
  pipeline = await startPipeline(
    { kafkaBrokers: inject('kafkaBrokers'), elasticUri: inject('elasticUri') },
    { environment: { IDP_TOKEN_ENDPOINT: TOKEN_ENDPOINT } },
  );
  const { rest } = (await json('/metadata')) as unknown as {
    rest: { resource: RestResource[]; compartment: string[] }[];
  };
  resources = rest.flatMap(({ resource }) => resource);
  compartments = rest.flatMap(({ compartment }) => compartment);
});
afterAll(() => pipeline?.[Symbol.asyncDispose]());

async function json(path: string, headers: Record<string, string> = {}): Promise<Resource> {
  const response = await fetch(`${pipeline.url}${path}`, { headers });
  const body = (await response.json()) as Resource;
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${JSON.stringify(body)}`);
  return body;
}

const paramsOf = (type: string) => resources.find((one) => one.type === type)?.searchParam ?? [];

async function definitionOf({ definition }: SearchParam): Promise<Definition> {
  return (await json(`/SearchParameter/${definition.split('/').at(-1)}`)) as Definition;
}

/** A value that a parameter of this type can read. */
const VALUES: Readonly<Record<string, string>> = {
  token: 'a',
  string: 'a',
  date: '2026-01-16',
  uri: 'http://example.org/a',
  reference: 'a',
};

/** Types of targets that are tried; an entity can be any of 145. */
const TARGETS_TRIED = 6;

/** Each way of asking that a definition lists, as the name and the value of a parameter. */
function waysOf({ code, type, modifier = [], comparator = [], chain = [], target = [] }: Definition) {
  const value = VALUES[type] ?? '';
  const types = target.slice(0, TARGETS_TRIED);
  return [
    [code, value],
    [code, `${value},${value}`],
    ...comparator.map((prefix) => [code, `${prefix}${value}`]),
    ...modifier.flatMap((one) => {
      if (one === 'missing')
        return [
          [`${code}:missing`, 'true'],
          [`${code}:missing`, 'false'],
        ];
      if (one === 'type') return types.map((resource) => [`${code}:${resource}`, 'a']);
      return [[`${code}:${one}`, one === 'identifier' ? 'http://example.org|a' : value]];
    }),
    ...chain.flatMap((one) => [
      [`${code}.${one}`, 'http://example.org|a'],
      ...types.map((resource) => [`${code}:${resource}.${one}`, 'a']),
    ]),
  ] as [name: string, value: string][];
}

describe('each search parameter of the CapabilityStatement', () => {
  it('has a definition that says the same, read by its id and found by its URL', async () => {
    const all = resources.flatMap(({ type, searchParam }) => searchParam.map((param) => ({ type, param })));
    expect(all.length).toBeGreaterThan(30);
    for (const { type, param } of all) {
      const definition = await definitionOf(param);
      expect(definition).toMatchObject({ code: param.name, type: param.type, url: param.definition });
      expect(definition.base.some((base) => [type, 'Resource', 'DomainResource'].includes(base))).toBe(true);
      const found = (await json(
        `/SearchParameter?url=${encodeURIComponent(param.definition)}`,
      )) as unknown as Bundle;
      expect(found.entry?.map(({ resource }) => resource)).toEqual([definition]);
    }
  });

  it('is applied to events in every way that its definition lists', async () => {
    const params = paramsOf('AuditEvent');
    expect(params.length).toBeGreaterThan(25);
    for (const param of params) {
      for (const [name, value] of waysOf(await definitionOf(param))) {
        const query = new URLSearchParams([
          [name, value],
          ['_count', '0'],
        ]);
        // Strict: what is unknown is a 400, as is what can't be read in any case.
        const bundle = (await json(`/AuditEvent?${query}`, {
          prefer: 'handling=strict',
        })) as unknown as Bundle;
        const self = new URL(bundle.link?.find(({ relation }) => relation === 'self')?.url ?? '');
        // What :identifier asks is said as the chain.
        const said = name.replace(/:identifier$/, '.identifier');
        expect(self.searchParams.get(said), `${name} is in the self link`).not.toBeNull();
        expect(bundle, `${name} is not ignored`).not.toHaveProperty('entry');
      }
    }
  });

  it('has no modifier that its definition does not list', async () => {
    const known = [
      'exact',
      'contains',
      'not',
      'text',
      'in',
      'not-in',
      'below',
      'above',
      'ofType',
      'identifier',
    ];
    for (const param of paramsOf('AuditEvent')) {
      const { code, type, modifier = [] } = await definitionOf(param);
      for (const one of known.filter((name) => !modifier.includes(name))) {
        const response = await fetch(`${pipeline.url}/AuditEvent?${code}:${one}=${VALUES[type]}`);
        await response.body?.cancel();
        expect(response.status, `${code}:${one}`).toBe(400);
      }
    }
  });

  it('sorts where its documentation says so, and only there', async () => {
    for (const { name, documentation } of paramsOf('AuditEvent')) {
      const response = await fetch(`${pipeline.url}/AuditEvent?_sort=-${name}`);
      await response.body?.cancel();
      expect(response.status, `_sort=-${name}`).toBe(documentation.includes('Sorts.') ? 200 : 400);
    }
  });

  it('finds definitions as well', async () => {
    for (const param of paramsOf('SearchParameter')) {
      const { code, type } = await definitionOf(param);
      const path = `/SearchParameter?${code}=${VALUES[type]}`;
      const bundle = (await json(path, { prefer: 'handling=strict' })) as unknown as Bundle;
      expect(bundle.link?.[0]?.url).toContain(`${code}=`);
    }
  });
});

describe('GET /SearchParameter', () => {
  it('finds by code and base, through the front door', async () => {
    const found = (await json('/SearchParameter?code=patient&base=AuditEvent')) as unknown as Bundle;
    expect(found).toMatchObject({
      total: 1,
      entry: [{ resource: { url: 'http://hl7.org/fhir/SearchParameter/AuditEvent-patient' } }],
    });
  });
});

describe('the CapabilityStatement', () => {
  it('names the base, and no endpoint of tokens where none are looked at', async () => {
    expect(await json('/metadata')).toMatchObject({
      resourceType: 'CapabilityStatement',
      implementation: { url: 'http://localhost:3002' },
      rest: [{ security: { cors: false, description: expect.stringContaining('No token') } }],
    });
    expect(JSON.stringify(await json('/metadata'))).not.toContain(TOKEN_ENDPOINT);
  });

  it('names compartments that are searched', async () => {
    expect(compartments).toHaveLength(4);
    for (const canonical of compartments) {
      const name = canonical.split('/').at(-1) ?? '';
      const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
      expect(await json(`/${type}/1/AuditEvent`)).toMatchObject({ type: 'searchset', total: 0 });
    }
  });
});
