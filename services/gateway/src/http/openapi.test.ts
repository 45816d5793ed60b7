import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { canonicalForm, sentEventProblems } from '@auditbox/fhir-core';
import { createApp, createLogger } from '@auditbox/service-kit';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { type CreateDependencies, createRoutes } from './create.ts';
import { frontDoorRoutes, healthcheckRoute, publicRoutes } from './front-door.ts';
import { EXAMPLE, EXAMPLE_ANSWER } from './openapi/application-paths.ts';
import { documentedPaths, openApiDocument } from './openapi/document.ts';
import { openApiRoute } from './openapi.ts';
import { GATEWAY_PERMISSIONS } from './permissions.ts';
import { type ReleaseDependencies, releaseRoutes } from './release.ts';
import { type SendEventsDependencies, sendEventsRoutes } from './send-events.ts';

const DESCRIBED = {
  baseUrl: 'https://audit.example.org/fhir',
  version: '1.2.3',
  tokens: true,
  eventsMax: 10,
};

type Document = {
  readonly openapi: string;
  readonly servers: readonly object[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, object>>>>;
};
type DescribedOperation = {
  readonly operationId: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly { readonly name?: string; readonly in?: string }[];
};

const documentOf = (described = DESCRIBED) => openApiDocument(described) as Document;

const operationsOf = ({ paths }: Document) =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );

describe('the document', () => {
  it.each([true, false])('is one of OpenAPI 3.1, with tokens: %s', async (tokens) => {
    const document = documentOf({ ...DESCRIBED, tokens });
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
  });

  it('has schemas that are JSON Schema, and names only what is there', () => {
    const document = documentOf();
    const $defs = JSON.parse(
      JSON.stringify(document.components.schemas).replaceAll('"#/components/schemas/', '"#/$defs/'),
    ) as object;
    const ajv = new Ajv2020({ strictTypes: false, validateFormats: false });
    for (const name of Object.keys($defs)) ajv.compile({ $ref: `#/$defs/${name}`, $defs });
    const named = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/([^/"]+)\/([^"]+)"/g)];
    const missing = named.filter(
      ([, kind = '', name = '']) => document.components[kind]?.[name] === undefined,
    );
    expect(missing).toEqual([]);
  });

  it('says nothing twice that is never named', () => {
    const document = documentOf();
    const text = JSON.stringify(document);
    const unused = Object.entries(document.components)
      .filter(([kind]) => kind !== 'securitySchemes')
      .flatMap(([kind, all]) => Object.keys(all).map((name) => `#/components/${kind}/${name}`))
      .filter((ref) => !text.includes(`"${ref}"`));
    expect(unused).toEqual([]);
  });

  it('shows an event that is taken, and the fingerprint that it has', () => {
    expect(sentEventProblems(EXAMPLE)).toEqual([]);
    const digest = createHash('sha256').update(canonicalForm(EXAMPLE)).digest('hex');
    expect(EXAMPLE_ANSWER.sha256).toBe(digest);
  });

  it('has each parameter of each path, and each operation its own id', () => {
    const operations = operationsOf(documentOf());
    for (const { path, operation } of operations) {
      const named = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name);
      const said = (operation.parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => name);
      expect([path, said]).toEqual([path, named]);
    }
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('the paths of the document', () => {
  /** As routes have it. */
  const templateOf = (path: string) => path.replaceAll(/\{([^}]+)\}/g, ':$1');
  const documented = operationsOf(documentOf()).map(
    ({ path, method }) => `${method.toUpperCase()} ${templateOf(path)}`,
  );
  const door = { queryUrl: 'http://localhost:1', baseUrl: '' };
  const routesOf = (...apps: readonly { readonly routes: readonly { method: string; path: string }[] }[]) =>
    apps
      .flatMap(({ routes }) => routes)
      .filter(({ method, path }) => method !== 'ALL' && !path.includes('*'))
      .map(({ method, path }) => `${method} ${path}`);
  const open = routesOf(
    createApp({ logger: createLogger('test', 'off'), checks: {} }),
    healthcheckRoute({}),
    publicRoutes(door),
    openApiRoute(DESCRIBED, new Date(0)),
  );
  const closed = routesOf(
    createRoutes({} as CreateDependencies),
    releaseRoutes({} as ReleaseDependencies),
    sendEventsRoutes({} as SendEventsDependencies),
    frontDoorRoutes(door),
  );

  it('are those that the gateway serves, and no others', () => {
    expect(documented.toSorted()).toEqual([...open, ...closed].toSorted());
    expect(closed.toSorted()).toEqual(Object.keys(GATEWAY_PERMISSIONS).toSorted());
  });

  it('need a token where a route does, with what the gateway asks of it', () => {
    for (const { path, method, operation } of operationsOf(documentOf())) {
      const route = `${method.toUpperCase()} ${templateOf(path)}`;
      expect([route, operation.security?.length]).toEqual([route, open.includes(route) ? 0 : 1]);
    }
    for (const [path, item] of Object.entries(documentedPaths(1)))
      for (const [method, { needs }] of Object.entries(item)) {
        const decided = GATEWAY_PERMISSIONS[`${method.toUpperCase()} ${templateOf(path)}`];
        if (decided !== undefined && decided !== 'elsewhere') expect([path, needs]).toEqual([path, decided]);
      }
  });

  it('need no token where nobody does', () => {
    const document = documentOf({ ...DESCRIBED, tokens: false });
    expect(document.components).not.toHaveProperty('securitySchemes');
    for (const { operation } of operationsOf(document)) expect(operation).not.toHaveProperty('security');
  });
});

describe('GET /api/openapi.json', () => {
  const app = createApp({
    logger: createLogger('test', 'off'),
    checks: {},
    baseUrl: 'http://localhost:3002',
    proxies: ['192.0.2.1'],
  });
  app.route('/', openApiRoute({ ...DESCRIBED, baseUrl: 'http://localhost:3002' }, new Date(0)));

  it('is the document, with the base of the API as its server', async () => {
    const response = await app.request('/api/openapi.json');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual(
      openApiDocument({ ...DESCRIBED, baseUrl: 'http://localhost:3002' }),
    );
  });

  it('has the base as the client of a trusted proxy sees it', async () => {
    const headers = { 'x-forwarded-host': 'audit.example.org', 'x-forwarded-proto': 'https' };
    const incoming = { socket: { remoteAddress: '192.0.2.1' } } as IncomingMessage;
    const response = await app.request('/api/openapi.json', { headers }, { incoming });
    expect(await response.json()).toMatchObject({ servers: [{ url: 'https://audit.example.org' }] });
  });

  it('may be kept, and is not given to who has it', async () => {
    const { headers } = await app.request('/api/openapi.json');
    expect(headers.get('cache-control')).toBe('public, max-age=300');
    const tag = headers.get('etag') ?? '';
    const again = await app.request('/api/openapi.json', { headers: { 'if-none-match': tag } });
    expect(again.status).toBe(304);
    expect(again.headers.get('cache-control')).toBe('public, max-age=300');
    const other = await app.request('/api/openapi.json', { headers: { 'if-none-match': '"other"' } });
    expect(other.status).toBe(200);
  });
});
