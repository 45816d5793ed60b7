import type { Router } from 'hono/router';
import { TrieRouter } from 'hono/router/trie-router';
import { describe, expect, it } from 'vitest';
import { ExactRoutes } from './exact-routes.ts';

const ROUTES = [
  ['ALL', '/*'],
  ['ALL', '/SearchParameter/*'],
  ['GET', '/AuditEvent'],
  ['POST', '/AuditEvent'],
  ['POST', '/AuditEvent/_search'],
  ['GET', '/AuditEvent/:id'],
  ['GET', '/SearchParameter'],
  ['GET', '/:type/:id/_history'],
  ['POST', '/'],
] as const;

const METHODS = ['GET', 'POST', 'PUT', 'ALL', 'X'];
const PATHS = [
  ...['/', '/AuditEvent', '/AuditEvent/', '/AuditEvent/1', '/AuditEvent/_search', '/auditevent', '/nothing'],
  ...['/AuditEvent/:id', '/AuditEvent/1/_history', '/SearchParameter', '/SearchParameter/x', ''],
];

const withRoutes = <Of extends Router<string>>(router: Of): Of => {
  for (const [method, path] of ROUTES) router.add(method, path, `${method} ${path}`);
  return router;
};

/** Counts what it is asked. */
class Asked extends TrieRouter<string> {
  readonly paths: string[] = [];

  override match(method: string, path: string) {
    this.paths.push(path);
    return super.match(method, path);
  }
}

describe('a router that knows its routes without parameters', () => {
  it('finds what the router in it finds, at first and ever after', () => {
    const [plain, exact] = [
      withRoutes(new TrieRouter<string>()),
      withRoutes(new ExactRoutes(new TrieRouter<string>())),
    ];
    for (const _time of [1, 2, 3])
      for (const method of METHODS)
        for (const path of PATHS) expect(exact.match(method, path)).toEqual(plain.match(method, path));
  });

  it('looks for a route once', () => {
    const asked = new Asked();
    const exact = withRoutes(new ExactRoutes(asked));
    for (const _time of [1, 2, 3]) exact.match('POST', '/AuditEvent');
    expect(asked.paths).toEqual(['/AuditEvent']);
  });

  it('keeps nothing of what a client made up, neither a path nor a method', () => {
    const asked = new Asked();
    const exact = withRoutes(new ExactRoutes(asked));
    for (const _time of [1, 2]) {
      exact.match('GET', '/AuditEvent/1');
      exact.match('GET', '/nothing');
      exact.match('MADE-UP', '/AuditEvent');
    }
    expect(asked.paths).toHaveLength(6);
  });
});
